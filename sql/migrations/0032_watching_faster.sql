-- Lexemes of events without a DISTINCT over all, hits written in the order of their indexes.
-- Which watches react to which of these events, given as columns: a bit an event says for each lexeme where it is, so that a watch is
-- held only against events that have all that it asks for. An edit counts where the text before or after it matches. Joins by hash: no index helps here.
CREATE OR REPLACE FUNCTION news.watches_of(
    articles bigint[], kinds text[], texts tsvector[], earlier tsvector[], labels tsvector[], published timestamptz[], scores real[],
    copies boolean[]
) RETURNS TABLE (watch_id bigint, place int)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET work_mem = '64MB'
    SET jit = off
    SET enable_nestloop = off
AS $$
DECLARE
    nowhere "bit" := repeat('0', greatest(cardinality(articles), 1))::"bit";
BEGIN
    RETURN QUERY
        WITH event AS MATERIALIZED (
            SELECT given.place::int, given.kind, given.words, given.before, given.labels, given.published_at, given.score, given.is_copy
            FROM unnest(articles, kinds, texts, earlier, watches_of.labels, published, scores, copies)
                 WITH ORDINALITY AS given (article_id, kind, words, before, labels, published_at, score, is_copy, place)
        ), posting AS MATERIALIZED (
            -- Vectors put together hold each lexeme once: no DISTINCT over all of them.
            SELECT event.place, one.lexeme
            FROM event CROSS JOIN LATERAL unnest(
                tsvector_to_array(strip(event.words) || event.labels || coalesce(strip(event.before), ''))) AS one (lexeme)
        ), frequency AS MATERIALIZED (
            SELECT posting.lexeme, count(*) AS articles, bit_or(set_bit(nowhere, posting.place - 1, 1)) AS places
            FROM posting GROUP BY posting.lexeme
        ), clause AS MATERIALIZED (
            SELECT key.watch_id, key.clause, sum(frequency.articles) AS articles, bit_or(frequency.places) AS places
            FROM news.watch_key AS key LEFT JOIN frequency USING (lexeme)
            GROUP BY key.watch_id, key.clause
        ), chosen AS MATERIALIZED (
            SELECT clause.watch_id, (array_agg(clause.clause ORDER BY clause.articles))[1] AS clause, bit_and(clause.places) AS places
            FROM clause GROUP BY clause.watch_id
            HAVING bool_and(clause.places IS NOT NULL) AND bit_and(clause.places) <> nowhere
        ), sought AS MATERIALIZED (
            SELECT key.lexeme, chosen.watch_id, chosen.places
            FROM chosen JOIN news.watch_key AS key ON key.watch_id = chosen.watch_id AND key.clause = chosen.clause
        ), candidate AS MATERIALIZED (
            SELECT sought.watch_id, posting.place
            FROM sought JOIN posting ON posting.lexeme = sought.lexeme
            WHERE get_bit(sought.places, posting.place - 1) = 1
            UNION ALL
            SELECT open.id, event.place FROM news.watch AS open CROSS JOIN event WHERE open.is_open
        )
        SELECT DISTINCT watch.id, event.place
        FROM candidate
        JOIN news.watch ON watch.id = candidate.watch_id
        JOIN event ON event.place = candidate.place
        WHERE watch.paused_at IS NULL AND event.kind = ANY (watch.kinds)
          AND (watch.since IS NULL OR event.published_at >= watch.since) AND (watch.until IS NULL OR event.published_at < watch.until)
          AND (event.kind <> 'edited' OR watch.least IS NULL OR event.score >= watch.least)
          AND NOT (watch.fold AND event.is_copy)
          AND (watch.labels IS NULL OR event.labels @@ watch.labels)
          AND (watch.words IS NULL OR event.words @@ watch.words OR event.before @@ watch.words);
END
$$;

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
               CASE WHEN event.kind = 'edited' THEN (SELECT news.words(state.title, state.byline, state.body) FROM news.article_state AS state
                WHERE state.id = event.article_id AND state.revision = edit.revision - 1) END AS before,
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
