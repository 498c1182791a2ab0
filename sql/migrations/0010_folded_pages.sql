-- Copies are folded among all matches: folded among the newest 5,000, later pages were empty.

CREATE OR REPLACE FUNCTION news.search(
    query      text,
    portal     text DEFAULT NULL,
    province   text DEFAULT NULL,
    author     text DEFAULT NULL,
    units      text[] DEFAULT NULL,
    section    text DEFAULT NULL,
    since      timestamptz DEFAULT NULL,
    until      timestamptz DEFAULT NULL,
    sort       text DEFAULT 'relevance',
    max_rows   int DEFAULT 20,
    skip_rows  int DEFAULT 0,
    gone       boolean DEFAULT NULL,
    fold       boolean DEFAULT false
) RETURNS TABLE (id bigint, rank real)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    -- 1,000 characters: a query of thousands of words exhausts the server's stack.
    wanted tsquery := websearch_to_tsquery('simple', news.fold(left(coalesce(search.query, ''), 1000)));
    -- A province of today holds those that became part of it.
    provinces text[] := CASE WHEN search.province IS NOT NULL THEN
                        ARRAY(SELECT slug FROM news.province WHERE successor = search.province) || search.province END;
    everything boolean := btrim(coalesce(search.query, '')) = '';
    -- Ranking every match of a frequent word takes most of a second: the newest 5,000 matches are ranked.
    ranked_rows bigint := CASE WHEN search.sort = 'date' THEN search.max_rows::bigint + search.skip_rows
                       ELSE greatest(5000, search.max_rows::bigint + search.skip_rows) END;
BEGIN
    RETURN QUERY
        WITH matching AS (
            SELECT article.id, article.published_at, article.first_seen_at, CASE WHEN NOT search.fold THEN article.words END AS words
            FROM news.article_current AS article
            WHERE (everything OR article.words @@ wanted)
              AND (search.portal IS NULL OR article.portal = search.portal)
              AND (provinces IS NULL OR article.province = ANY (provinces))
              AND (search.units IS NULL OR article.unit = ANY (search.units)
                   OR news.fold(article.unit) = ANY (SELECT news.fold(name) FROM unnest(search.units) AS name))
              AND (search.author IS NULL OR EXISTS (
                    SELECT FROM unnest(article.authors) AS name WHERE news.fold(name) = news.fold(search.author)))
              AND (search.section IS NULL OR news.fold(article.section) = news.fold(search.section))
              AND (search.since IS NULL OR article.published_at >= search.since)
              AND (search.until IS NULL OR article.published_at < search.until)
              AND (search.gone IS NULL OR (article.gone_at IS NOT NULL) = search.gone)
            ORDER BY article.published_at DESC NULLS LAST, article.id DESC
            LIMIT CASE WHEN NOT search.fold THEN ranked_rows END
        ), standing AS (
            SELECT matching.id, matching.published_at, matching.words
            FROM matching
            WHERE NOT search.fold
            UNION ALL
            -- Of matches that are copies of each other the first one stands for all; of all matches, else pages would lack some.
            (SELECT DISTINCT ON (coalesce(fingerprint.cluster, matching.id)) matching.id, matching.published_at, NULL
             FROM matching
             LEFT JOIN news.fingerprint ON fingerprint.article_id = matching.id
             WHERE search.fold
             ORDER BY coalesce(fingerprint.cluster, matching.id), coalesce(matching.published_at, matching.first_seen_at),
                      matching.first_seen_at, matching.id)
        ), newest AS (
            SELECT * FROM standing ORDER BY standing.published_at DESC NULLS LAST, standing.id DESC LIMIT ranked_rows
        ), folded AS (
            SELECT newest.id, newest.published_at,
                   CASE WHEN everything THEN 0
                        ELSE ts_rank(coalesce(newest.words, (SELECT own.words FROM news.article_current AS own WHERE own.id = newest.id)),
                                     wanted) END AS relevance
            FROM newest
        )
        SELECT folded.id, folded.relevance
        FROM folded
        ORDER BY CASE WHEN search.sort = 'date' THEN 0 ELSE folded.relevance END DESC,
                 folded.published_at DESC NULLS LAST, folded.id DESC
        LIMIT search.max_rows OFFSET search.skip_rows;
END
$$;

-- Who may write articles, and nothing else, may go on doing so.
ALTER FUNCTION news.due_for_fingerprint() SECURITY DEFINER;

-- Notices that are filled in anew are told apart better: everything is compared again.
UPDATE news.fingerprint SET content_hash = '';
INSERT INTO news.fingerprint_due SELECT article_id FROM news.fingerprint ON CONFLICT DO NOTHING;
