-- When an article was not there, and articles that moved.
CREATE TABLE news.absence (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    article_id      bigint NOT NULL REFERENCES news.article_current ON DELETE CASCADE,
    how             text NOT NULL CONSTRAINT absence_how
                    CHECK (how IN ('removed', 'soft_404', 'redirect_home', 'redirect_section', 'redirect_article')),
    url             text NOT NULL,  -- what was asked for
    led_to          text,           -- where a redirect ended
    first_missed_at timestamptz NOT NULL,
    last_missed_at  timestamptz NOT NULL,
    confirmed_at    timestamptz,
    returned_at     timestamptz,
    moved_to        text,
    merged_id       bigint CONSTRAINT absence_merged UNIQUE,
    CHECK (first_missed_at <= last_missed_at)
);
CREATE UNIQUE INDEX absence_open ON news.absence (article_id) WHERE returned_at IS NULL;
CREATE INDEX absence_article ON news.absence (article_id);

-- Whether a missed article is the one that was met later under another address: the same title, text and date, and never
-- were both there. Then it goes on under its id: it takes over the address, the other row goes. As the owner, because
-- ingest deletes nothing otherwise.
CREATE FUNCTION news.adopt_moved(missed bigint, OUT merged bigint, OUT met timestamptz)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    given record;
BEGIN
    SELECT other.id, other.identity, other.url, other.first_seen_at, seen.last_seen_at, seen.etag, seen.last_modified
    INTO given
    FROM news.article_current AS kept
    JOIN news.absence AS gap ON gap.article_id = kept.id AND gap.returned_at IS NULL
    LEFT JOIN news.sighting AS before ON before.article_id = kept.id
    JOIN news.article_current AS other
        ON other.portal = kept.portal AND other.published_at IS NOT DISTINCT FROM kept.published_at
       AND other.title = kept.title AND other.body = kept.body AND other.id <> kept.id
    JOIN news.sighting AS seen ON seen.article_id = other.id
    WHERE kept.id = missed AND kept.body <> '' AND other.revision = 1
      AND other.first_seen_at > coalesce(before.last_seen_at, kept.changed_at)
      AND NOT EXISTS (SELECT FROM news.redaction WHERE article_id IN (kept.id, other.id))
      AND NOT EXISTS (SELECT FROM news.absence WHERE article_id = other.id)
    ORDER BY other.first_seen_at, other.id
    LIMIT 1;
    IF given IS NULL THEN
        RETURN;
    END IF;
    UPDATE news.article_address SET article_id = missed WHERE article_id = given.id;
    DELETE FROM news.article_current WHERE id = given.id;
    UPDATE news.article_current SET identity = given.identity, url = given.url, gone_at = NULL WHERE id = missed;
    UPDATE news.sighting SET last_seen_at = given.last_seen_at, etag = given.etag, last_modified = given.last_modified
    WHERE article_id = missed;
    UPDATE news.absence SET returned_at = greatest(first_missed_at, given.last_seen_at), moved_to = given.url, merged_id = given.id
    WHERE article_id = missed AND returned_at IS NULL;
    merged := given.id;
    met := given.first_seen_at;
END
$$;
REVOKE ALL ON FUNCTION news.adopt_moved(bigint) FROM PUBLIC;

-- One more filter: only what was taken down, or only what was not. Another argument is another function.
DROP FUNCTION news.search(text, text, text, text, text[], text, timestamptz, timestamptz, text, int, int);
CREATE FUNCTION news.search(
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
    gone       boolean DEFAULT NULL
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
    ranked_rows bigint := CASE search.sort WHEN 'date' THEN search.max_rows::bigint + search.skip_rows
                       ELSE greatest(5000, search.max_rows::bigint + search.skip_rows) END;
BEGIN
    RETURN QUERY
        WITH newest AS (
            SELECT article.id, article.published_at, article.words
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
            LIMIT ranked_rows
        ), ranked AS (
            SELECT newest.id, newest.published_at,
                   CASE WHEN everything THEN 0 ELSE ts_rank(newest.words, wanted) END AS relevance
            FROM newest
        )
        SELECT ranked.id, ranked.relevance
        FROM ranked
        ORDER BY CASE WHEN search.sort = 'date' THEN 0 ELSE ranked.relevance END DESC,
                 ranked.published_at DESC NULLS LAST, ranked.id DESC
        LIMIT search.max_rows OFFSET search.skip_rows;
END
$$;
