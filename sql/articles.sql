-- Every statement that names the fields of an article. Between “-- fields …” and “-- end” stand lists made from
-- crawler/article.py by `make columns`; a test compares them. The rest is written by hand.

-- command copy_incoming
COPY incoming (
    portal, province, platform, identity, url,
    -- fields all: {name},
    title, published_at, published_raw, published_precision, byline, authors, unit, credit, lead, body, body_html,
    section, images, attachments, extracted_by, rules,
    -- end
    content_hash, made_by, fetched_at
) FROM STDIN

-- command copy_articles
-- What nobody knows yet, straight into its table.
COPY news.article_current (
    portal, province, platform, identity, url,
    -- fields all: {name},
    title, published_at, published_raw, published_precision, byline, authors, unit, credit, lead, body, body_html,
    section, images, attachments, extracted_by, rules,
    -- end
    content_hash, made_by, changed_at, first_seen_at
) FROM STDIN

-- query upsert_articles
INSERT INTO news.article_current AS article (
    portal, province, platform, identity, url,
    -- fields all: {name},
    title, published_at, published_raw, published_precision, byline, authors, unit, credit, lead, body, body_html,
    section, images, attachments, extracted_by, rules,
    -- end
    content_hash, made_by, first_seen_at, changed_at
)
SELECT portal, province, platform, identity, url,
       -- fields all: {name},
       title, published_at, published_raw, published_precision, byline, authors, unit, credit, lead, body, body_html,
       section, images, attachments, extracted_by, rules,
       -- end
       content_hash, made_by, fetched_at, fetched_at
FROM incoming
ON CONFLICT ON CONSTRAINT article_identity DO UPDATE SET
    -- fields all: {name} = excluded.{name},
    title = excluded.title, published_at = excluded.published_at, published_raw = excluded.published_raw,
    published_precision = excluded.published_precision, byline = excluded.byline, authors = excluded.authors,
    unit = excluded.unit, credit = excluded.credit, lead = excluded.lead, body = excluded.body,
    body_html = excluded.body_html, section = excluded.section, images = excluded.images,
    attachments = excluded.attachments, extracted_by = excluded.extracted_by, rules = excluded.rules,
    -- end
    content_hash = excluded.content_hash, changed_at = excluded.changed_at, platform = excluded.platform,
    province = coalesce(excluded.province, article.province), made_by = excluded.made_by, revision = article.revision + 1
WHERE article.content_hash IS DISTINCT FROM excluded.content_hash
RETURNING article.id, article.identity;

-- query mend_articles
-- The same state, read by other rules: what they read otherwise is nothing that the portal changed.
UPDATE news.article_current AS article SET
    -- fields mended: {name} = incoming.{name},
    published_raw = incoming.published_raw, body_html = incoming.body_html, images = incoming.images,
    extracted_by = incoming.extracted_by, rules = incoming.rules,
    -- end
    content_hash = incoming.content_hash
FROM incoming
WHERE article.identity = incoming.identity;

-- query save_revisions
INSERT INTO news.article_revision (
    article_id, revision, valid_from, valid_to, url,
    -- fields all: {name},
    title, published_at, published_raw, published_precision, byline, authors, unit, credit, lead, body, body_html,
    section, images, attachments, extracted_by, rules,
    -- end
    content_hash, made_by, words
)
SELECT article.id, article.revision, article.changed_at, incoming.fetched_at, article.url,
       -- fields all: article.{name},
       article.title, article.published_at, article.published_raw, article.published_precision, article.byline,
       article.authors, article.unit, article.credit, article.lead, article.body, article.body_html, article.section,
       article.images, article.attachments, article.extracted_by, article.rules,
       -- end
       article.content_hash, article.made_by, article.words
FROM news.article_current AS article
JOIN incoming USING (identity)
WHERE article.content_hash IS DISTINCT FROM incoming.content_hash;

-- query insert_late_revision
INSERT INTO news.article_revision (
    article_id, revision, valid_from, valid_to, url,
    -- fields all: {name},
    title, published_at, published_raw, published_precision, byline, authors, unit, credit, lead, body, body_html,
    section, images, attachments, extracted_by, rules,
    -- end
    content_hash, words
)
SELECT %(id)s::bigint, %(revision)s::int, fetched_at, %(valid_to)s::timestamptz, url,
       -- fields all: {name},
       title, published_at, published_raw, published_precision, byline, authors, unit, credit, lead, body, body_html,
       section, images, attachments, extracted_by, rules,
       -- end
       content_hash, news.words(title, byline, body)
FROM incoming;

-- query redact_article
UPDATE news.article_current SET
    -- fields redacted: {name} = {left},
    title = '[redacted]', published_raw = NULL, byline = NULL, authors = '{}', unit = NULL, credit = NULL, lead = NULL,
    body = '', body_html = '', images = '[]', attachments = '[]', extracted_by = '{}',
    -- end
    content_hash = 'redacted'
WHERE id = %(id)s::bigint;

-- query redact_revisions
UPDATE news.article_revision SET
    -- fields redacted: {name} = {left},
    title = '[redacted]', published_raw = NULL, byline = NULL, authors = '{}', unit = NULL, credit = NULL, lead = NULL,
    body = '', body_html = '', images = '[]', attachments = '[]', extracted_by = '{}',
    -- end
    content_hash = 'redacted', words = NULL
WHERE article_id = %(id)s::bigint;

-- query article_states
-- A state was last seen at the last response before the next one began; of the present one the article itself knows.
SELECT state.revision, state.changed_at AS valid_from, state.valid_to, state.made_by, state.rules,
       CASE WHEN state.valid_to IS NULL
            THEN coalesce((SELECT sighting.last_seen_at FROM news.sighting WHERE sighting.article_id = state.id), state.changed_at)
            ELSE coalesce((SELECT max(page.fetched_at) FROM news.article_address AS address JOIN news.fetch AS page USING (url)
                           WHERE address.article_id = state.id AND page.status IN (200, 304)
                             AND page.fetched_at >= state.changed_at AND page.fetched_at < state.valid_to), state.changed_at)
       END AS last_seen_at
       -- fields published: , state.{name}
       , state.title, state.published_at, state.published_precision, state.byline, state.authors, state.unit
       , state.credit, state.lead, state.body, state.section, state.images, state.attachments
       -- end
FROM news.article_state AS state WHERE state.id = %(id)s::bigint
ORDER BY state.revision;

-- query states_to_compare
-- Those of these articles that no edit was told of yet, each with the last one before it; oldest first.
SELECT state.id, state.revision, state.changed_at AS at, state.made_by, state.rules, state.content_hash
       -- fields published: , state.{name}
       , state.title, state.published_at, state.published_precision, state.byline, state.authors, state.unit
       , state.credit, state.lead, state.body, state.section, state.images, state.attachments
       -- end
FROM news.article_state AS state
WHERE state.id = ANY (%(ids)s::bigint[])
  AND state.revision >= coalesce((SELECT max(edit.revision) FROM news.edit WHERE edit.article_id = state.id), 1)
ORDER BY state.id, state.revision;

-- query reextract_pages
-- The newest whole pages of articles: what did not change since is a revisit of the newest of them.
SELECT article.id, article.portal, article.province, article.platform, article.identity, article.url,
       -- fields all: article.{name},
       article.title, article.published_at, article.published_raw, article.published_precision, article.byline,
       article.authors, article.unit, article.credit, article.lead, article.body, article.body_html, article.section,
       article.images, article.attachments, article.extracted_by, article.rules,
       -- end
       article.content_hash,
       (SELECT array_agg(page.archive_file || ' ' || page.archive_offset || ' ' || page.archive_length ORDER BY page.fetched_at DESC)
        FROM (SELECT archive_file, archive_offset, archive_length, fetched_at
              FROM news.fetch JOIN news.article_address AS address USING (url)
              WHERE address.article_id = article.id AND archive_type = 'response' AND status = 200
              ORDER BY fetched_at DESC LIMIT 3) AS page) AS pages
FROM news.article_current AS article
WHERE article.id = ANY (%(ids)s::bigint[])
  AND NOT EXISTS (SELECT FROM news.redaction WHERE redaction.article_id = article.id)
ORDER BY article.id;
