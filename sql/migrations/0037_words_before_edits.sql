-- Watches take the words before an edit from beside that state, where they lie since states are searched, and make them only where they lie not yet.
-- Take up to so many events that are due, in their order, and write down which watches react; how many events and hits. Several may
-- do so at once: each event is taken by one of them, and stays due where that one fails. Of what is redacted only that is told.
CREATE OR REPLACE FUNCTION news.react(most int, OUT events bigint, OUT hits bigint)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    articles bigint[];
    kinds text[];
    moments timestamptz[];
    numbers bigint[];
    texts tsvector[];
    earlier tsvector[];
    labels tsvector[];
    published timestamptz[];
    scores real[];
    copies boolean[];
BEGIN
    WITH taken AS MATERIALIZED (
        DELETE FROM news.watch_due AS due
        WHERE due.id IN (SELECT first.id FROM news.watch_due AS first ORDER BY first.id LIMIT most FOR UPDATE SKIP LOCKED)
        RETURNING due.id, due.article_id, due.kind, due.at, due.number
    ), event AS MATERIALIZED (
        SELECT DISTINCT ON (taken.article_id, taken.kind, taken.at, taken.number) taken.* FROM taken
        ORDER BY taken.article_id, taken.kind, taken.at, taken.number, taken.id
    ), known AS (
        SELECT event.id, event.article_id, event.kind, event.at, event.number, article.words,
               CASE WHEN event.kind = 'edited' THEN (
                   SELECT coalesce(state.words, news.words(state.title, state.byline, state.body)) FROM news.article_revision AS state
                   WHERE state.article_id = event.article_id AND state.revision = edit.revision - 1) END AS before,
               news.labels(article.portal, article.province, article.unit, article.authors, article.section, article.published_at,
                           article.gone_at) AS labels,
               article.published_at, edit.score, EXISTS (SELECT FROM news.copying WHERE copying.copy_id = article.id) AS is_copy
        FROM event
        JOIN news.article_current AS article ON article.id = event.article_id
        LEFT JOIN news.edit ON event.kind = 'edited' AND edit.article_id = event.article_id AND edit.at = event.at
        WHERE (event.kind <> 'edited' OR edit.revision IS NOT NULL)
          AND (event.kind = 'redacted' OR NOT EXISTS (SELECT FROM news.redaction WHERE redaction.article_id IN (event.article_id, event.number)))
    )
    SELECT (SELECT count(*) FROM taken), array_agg(known.article_id ORDER BY known.id), array_agg(known.kind ORDER BY known.id),
           array_agg(known.at ORDER BY known.id), array_agg(known.number ORDER BY known.id), array_agg(known.words ORDER BY known.id),
           array_agg(known.before ORDER BY known.id), array_agg(known.labels ORDER BY known.id), array_agg(known.published_at ORDER BY known.id),
           array_agg(known.score ORDER BY known.id), array_agg(known.is_copy ORDER BY known.id)
    INTO events, articles, kinds, moments, numbers, texts, earlier, labels, published, scores, copies
    FROM known;
    INSERT INTO news.watch_hit (watch_id, article_id, kind, at, number)
    SELECT found.watch_id, articles[found.place], kinds[found.place], moments[found.place], numbers[found.place]
    FROM news.watches_of(articles, kinds, texts, earlier, labels, published, scores, copies) AS found
    ORDER BY found.watch_id, found.place  -- as the indexes are: neighbours land on one page
    ON CONFLICT ON CONSTRAINT watch_hit_once DO NOTHING;
    GET DIAGNOSTICS hits = ROW_COUNT;
END
$$;
