-- What happened to articles, one row an event. What edits changed is written down at ingest; so is who was found to copy whom.
CREATE TABLE news.edit (
    article_id    bigint NOT NULL REFERENCES news.article_current ON DELETE CASCADE,
    revision      int NOT NULL,
    at            timestamptz NOT NULL,
    fields        text[] NOT NULL,
    categories    text[] NOT NULL,
    score         real NOT NULL CONSTRAINT edit_score CHECK (score BETWEEN 0 AND 1),
    words_added   int NOT NULL,
    words_removed int NOT NULL,
    rules_differ  boolean NOT NULL,
    PRIMARY KEY (article_id, revision)
);
CREATE INDEX edit_at ON news.edit (at DESC, article_id DESC);

CREATE TABLE news.copying (
    copy_id    bigint PRIMARY KEY REFERENCES news.article_current ON DELETE CASCADE,
    article_id bigint NOT NULL REFERENCES news.article_current ON DELETE CASCADE,
    likeness   real NOT NULL,
    at         timestamptz NOT NULL
);
CREATE INDEX copying_article ON news.copying (article_id);

-- From what is known of copies today; when each was noticed is known no more.
INSERT INTO news.copying (copy_id, article_id, likeness, at)
SELECT DISTINCT ON (copy.id) copy.id, original.id, pair.likeness, greatest(copy.changed_at, original.changed_at)
FROM news.likeness AS pair
CROSS JOIN LATERAL (VALUES (pair.article_id, pair.other_id), (pair.other_id, pair.article_id)) AS way (copy_id, original_id)
JOIN news.article_current AS copy ON copy.id = way.copy_id
JOIN news.article_current AS original ON original.id = way.original_id
WHERE (coalesce(original.published_at, original.first_seen_at), original.first_seen_at, original.id)
    < (coalesce(copy.published_at, copy.first_seen_at), copy.first_seen_at, copy.id)
ORDER BY copy.id, coalesce(original.published_at, original.first_seen_at), original.first_seen_at, original.id;

CREATE INDEX article_first_seen ON news.article_current (first_seen_at DESC, id DESC);

-- What people typed, as the database asks for it: "quoted words" are a phrase, - excludes, OR is or. 1,000 characters: a query
-- of thousands of words exhausts the server's stack.
CREATE FUNCTION news.asked(query text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT websearch_to_tsquery('pg_catalog.simple', news.fold(left(coalesce(query, ''), 1000)));
$$;

-- The first two tables are read as they are, so that both the newest events and those of one article come by an index.
CREATE VIEW news.change AS
    SELECT event.at, event.article_id, article.portal, event.kind, event.fields, event.score, event.categories,
           event.words_added, event.words_removed, event.revision, event.rules_differ, article.title, article.url,
           event.old_url, event.how, event.other_id, event.likeness, event.number,
           (SELECT page.run_id FROM news.article_address AS address JOIN news.fetch AS page USING (url)
            WHERE address.article_id = event.article_id AND page.fetched_at = event.told_at LIMIT 1) AS run_id
    FROM (
        SELECT first_seen_at AS at, id AS article_id, 'published' AS kind, NULL::text[] AS fields, NULL::real AS score,
               NULL::text[] AS categories, NULL::int AS words_added, NULL::int AS words_removed, 1 AS revision,
               NULL::boolean AS rules_differ, NULL::text AS old_url, NULL::text AS how, NULL::bigint AS other_id,
               NULL::real AS likeness, 0::bigint AS number, first_seen_at AS told_at
        FROM news.article_current
        UNION ALL
        SELECT at, article_id, 'edited', fields, score, categories, words_added, words_removed, revision, rules_differ,
               NULL, NULL, NULL, NULL, revision, at
        FROM news.edit
        UNION ALL
        SELECT first_missed_at, article_id, 'gone', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, how, NULL, NULL, id, confirmed_at
        FROM news.absence WHERE confirmed_at IS NOT NULL
        UNION ALL
        SELECT returned_at, article_id, 'back', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, id, returned_at
        FROM news.absence WHERE confirmed_at IS NOT NULL AND returned_at IS NOT NULL AND moved_to IS NULL
        UNION ALL
        SELECT returned_at, article_id, 'moved', NULL, NULL, NULL, NULL, NULL, NULL, NULL, url, NULL, NULL, NULL, id, returned_at
        FROM news.absence WHERE moved_to IS NOT NULL AND returned_at IS NOT NULL
        UNION ALL
        -- Not of what is redacted: the other's text would tell what was in it.
        SELECT at, article_id, 'copied', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, copy_id, likeness, copy_id, NULL
        FROM news.copying
        WHERE NOT EXISTS (SELECT FROM news.redaction WHERE redaction.article_id IN (copying.article_id, copying.copy_id))
        UNION ALL
        SELECT redacted_at, article_id, 'redacted', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL
        FROM news.redaction
    ) AS event
    JOIN news.article_current AS article ON article.id = event.article_id;

COMMENT ON TABLE news.edit IS 'What the portal changed from one state of an article to the next; made from the states, can be made anew';
COMMENT ON COLUMN news.edit.revision IS 'Of the state that the edit made';
COMMENT ON COLUMN news.edit.at IS 'When that state was met first';
COMMENT ON COLUMN news.edit.fields IS 'Fields that differ from the state before';
COMMENT ON COLUMN news.edit.categories IS 'What kind of edit it is, heaviest first: paragraph_removed, number, title, name, negation, paragraph_added, published_at, byline, wording, order, files, section, spelling, layout';
COMMENT ON COLUMN news.edit.score IS 'How much it means to a reader, 0 to 1: a typo 0.1, another number 0.7 and more';
COMMENT ON COLUMN news.edit.words_added IS 'Words of title and text that the state before did not have';
COMMENT ON COLUMN news.edit.words_removed IS 'Words of title and text that the state before had';
COMMENT ON COLUMN news.edit.rules_differ IS 'Other rules read the two states: part of the difference may be theirs';
COMMENT ON TABLE news.copying IS 'Articles that were found to be near-identical to an earlier one, once each';
COMMENT ON COLUMN news.copying.article_id IS 'The earliest article that it is like';
COMMENT ON COLUMN news.copying.likeness IS 'The share of word triples that they have in common';
COMMENT ON COLUMN news.copying.at IS 'When the later of the two texts was met first';
COMMENT ON VIEW news.change IS 'What happened to articles: published, edited, gone, back, moved, copied, redacted; newer rules are no event';
COMMENT ON COLUMN news.change.at IS 'When it was met; of gone when it was first missed';
COMMENT ON COLUMN news.change.title IS 'As it is now';
COMMENT ON COLUMN news.change.old_url IS 'The address before a move';
COMMENT ON COLUMN news.change.how IS 'How it was gone, as in news.absence';
COMMENT ON COLUMN news.change.other_id IS 'The article that is a copy of this one';
COMMENT ON COLUMN news.change.number IS 'Tells events of one article, kind and moment apart';
COMMENT ON COLUMN news.change.run_id IS 'The run that met it, where that is known';
