-- Near-identical articles, of one portal or several, known as copies of each other.

-- What near-identical articles have in common, made from an article's text and made anew when it changes. Articles of one
-- cluster are copies of each other, directly or through one another; its number is the lowest id among them.
CREATE TABLE news.fingerprint (
    article_id   bigint PRIMARY KEY REFERENCES news.article_current ON DELETE CASCADE,
    content_hash text NOT NULL,   -- of the state it was made from
    keys         int[] NOT NULL,  -- like texts have some in common; none: too little text to compare
    cluster      bigint           -- null: nothing is like it
);
CREATE INDEX fingerprint_keys ON news.fingerprint USING gin (keys) WITH (fastupdate = off);
CREATE INDEX fingerprint_cluster ON news.fingerprint (cluster) WHERE cluster IS NOT NULL;

-- Articles that are like each other, and how much: the share of word triples that they have in common.
CREATE TABLE news.likeness (
    article_id bigint NOT NULL REFERENCES news.article_current ON DELETE CASCADE,
    other_id   bigint NOT NULL REFERENCES news.article_current ON DELETE CASCADE,
    likeness   real NOT NULL CHECK (likeness > 0 AND likeness <= 1),
    PRIMARY KEY (article_id, other_id),
    CHECK (article_id < other_id)
);
CREATE INDEX likeness_other ON news.likeness (other_id);

-- Articles that were written since they were last compared with the others.
CREATE TABLE news.fingerprint_due (
    article_id bigint PRIMARY KEY REFERENCES news.article_current ON DELETE CASCADE
);

-- As the owner: who may write articles need not know of this.
CREATE FUNCTION news.due_for_fingerprint() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO news.fingerprint_due SELECT id FROM written ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER article_new AFTER INSERT ON news.article_current
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION news.due_for_fingerprint();
CREATE TRIGGER article_changed AFTER UPDATE ON news.article_current
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION news.due_for_fingerprint();
INSERT INTO news.fingerprint_due SELECT id FROM news.article_current;

CREATE OR REPLACE VIEW news.article AS
    SELECT article.id, portal, article.province, platform, url, title, published_at, published_raw, published_precision,
           byline, authors, unit, credit, lead, body, body_html, section, images, attachments, article.content_hash,
           revision, first_seen_at, coalesce(sighting.last_seen_at, article.changed_at) AS last_seen_at,
           changed_at, gone_at, extracted_by, article.identity, coalesce(province.successor, article.province) AS province_now,
           made_by, redaction.redacted_at, fingerprint.cluster
    FROM news.article_current AS article
    LEFT JOIN news.sighting ON sighting.article_id = article.id
    LEFT JOIN news.province AS province ON province.slug = article.province
    LEFT JOIN news.redaction ON redaction.article_id = article.id
    LEFT JOIN news.fingerprint ON fingerprint.article_id = article.id;

-- One more choice: of copies only the first. Another argument is another function.
DROP FUNCTION news.search(text, text, text, text, text[], text, timestamptz, timestamptz, text, int, int, boolean);
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
