-- The database as it is today, to be read. A test proves that the migrations produce exactly this.

CREATE SCHEMA news;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- Which migrations this database has seen.
CREATE TABLE news.migration (
    version    int PRIMARY KEY,
    name       text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- One row: tells this database from every other, so that a spool never lands in the wrong one.
CREATE TABLE news.database (
    id   uuid NOT NULL DEFAULT gen_random_uuid(),
    one  boolean PRIMARY KEY DEFAULT true CHECK (one)
);
INSERT INTO news.database DEFAULT VALUES;

-- Search form of a text: no diacritics, lower case. unaccent first: lower() under the C locale leaves Đ alone.
CREATE FUNCTION news.fold(printed text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN lower(unaccent(normalize(printed, NFC)));
END
$$;

CREATE FUNCTION news.words(title text, byline text, body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    -- 200,000 characters: a tsvector holds at most 1 MB, and an article that long must still be stored.
    SELECT setweight(to_tsvector('simple', news.fold(left(title, 10000))), 'A')
        || setweight(to_tsvector('simple', news.fold(left(coalesce(byline, ''), 1000))), 'B')
        || to_tsvector('simple', news.fold(left(body, 200000)));
$$;

-- An article as it is now. Readers use the view news.article.
CREATE TABLE news.article_current (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    portal              text NOT NULL,
    province            text,
    platform            text,
    identity            text NOT NULL CONSTRAINT article_identity UNIQUE,
    url                 text NOT NULL CONSTRAINT article_url UNIQUE,
    title               text NOT NULL,
    published_at        timestamptz,
    published_raw       text,
    published_precision text,
    byline              text,
    authors             text[] NOT NULL,
    unit                text,
    credit              text,
    lead                text,
    body                text NOT NULL,
    body_html           text NOT NULL,
    section             text,
    images              jsonb NOT NULL,
    attachments         jsonb NOT NULL,
    content_hash        text NOT NULL,
    revision            int NOT NULL DEFAULT 1,
    first_seen_at       timestamptz NOT NULL,
    changed_at          timestamptz NOT NULL,
    gone_at             timestamptz,
    extracted_by        jsonb NOT NULL,
    words               tsvector GENERATED ALWAYS AS (news.words(title, byline, body)) STORED,
    made_by             text NOT NULL DEFAULT 'edited'  -- the portal, or newer rules over the same page
                        CONSTRAINT article_made_by CHECK (made_by IN ('edited', 'reextracted'))
);
CREATE INDEX article_words ON news.article_current USING gin (words);
CREATE INDEX article_newest ON news.article_current (published_at DESC NULLS LAST, id DESC);
CREATE INDEX article_portal ON news.article_current (portal, published_at DESC NULLS LAST);

-- When an article was last met, and how to ask whether it changed. Apart from the article, because it is
-- written at every meeting and the article only when it changed.
CREATE TABLE news.sighting (
    article_id    bigint PRIMARY KEY REFERENCES news.article_current ON DELETE CASCADE,
    last_seen_at  timestamptz NOT NULL,
    etag          text,
    last_modified text
) WITH (fillfactor = 50);

-- Every address an article was met under; news.article.url is the first of them.
CREATE TABLE news.article_address (
    url           text PRIMARY KEY,
    article_id    bigint NOT NULL REFERENCES news.article_current ON DELETE CASCADE,
    first_seen_at timestamptz NOT NULL
);
CREATE INDEX article_address_article ON news.article_address (article_id);

-- Articles whose text was removed for a legal request: who did it, when and why. What a crawl finds of them later is
-- not stored: neither under their identity nor under any address they were met under.
CREATE TABLE news.redaction (
    article_id  bigint PRIMARY KEY REFERENCES news.article_current,
    identity    text NOT NULL CONSTRAINT redaction_identity UNIQUE,
    reason      text NOT NULL CHECK (btrim(reason) <> ''),
    redacted_by text NOT NULL,
    redacted_at timestamptz NOT NULL DEFAULT now()
);

CREATE VIEW news.article AS
    SELECT article.id, portal, province, platform, url, title, published_at, published_raw, published_precision,
           byline, authors, unit, credit, lead, body, body_html, section, images, attachments, content_hash,
           revision, first_seen_at, coalesce(sighting.last_seen_at, article.changed_at) AS last_seen_at,
           changed_at, gone_at, extracted_by, article.identity, made_by, redaction.redacted_at
    FROM news.article_current AS article
    LEFT JOIN news.sighting ON sighting.article_id = article.id
    LEFT JOIN news.redaction ON redaction.article_id = article.id;

-- Every earlier state of an article; the present one is in news.article.
CREATE TABLE news.article_revision (
    article_id          bigint NOT NULL REFERENCES news.article_current ON DELETE CASCADE,
    revision            int NOT NULL,
    valid_from          timestamptz NOT NULL,
    valid_to            timestamptz NOT NULL,
    url                 text NOT NULL,
    title               text NOT NULL,
    published_at        timestamptz,
    published_raw       text,
    published_precision text,
    byline              text,
    authors             text[] NOT NULL,
    unit                text,
    credit              text,
    lead                text,
    body                text NOT NULL,
    body_html           text NOT NULL,
    section             text,
    images              jsonb NOT NULL,
    attachments         jsonb NOT NULL,
    content_hash        text NOT NULL,
    extracted_by        jsonb NOT NULL,
    made_by             text NOT NULL DEFAULT 'edited'
                        CONSTRAINT revision_made_by CHECK (made_by IN ('edited', 'reextracted')),
    PRIMARY KEY (article_id, revision) DEFERRABLE INITIALLY DEFERRED,
    CHECK (valid_from <= valid_to)
);

-- The articles as they stood in this database at a moment: what news.article had then, as far as it can still be
-- known. When an article was last seen before it, and whether it was taken down then, cannot.
CREATE FUNCTION news.article_as_of(moment timestamptz) RETURNS TABLE (
    id bigint, portal text, province text, platform text, url text, title text, published_at timestamptz,
    published_raw text, published_precision text, byline text, authors text[], unit text, credit text, lead text,
    body text, body_html text, section text, images jsonb, attachments jsonb, content_hash text, revision int,
    first_seen_at timestamptz, changed_at timestamptz, extracted_by jsonb, identity text, made_by text
)
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT article.id, article.portal, article.province, article.platform, article.url, article.title,
           article.published_at, article.published_raw, article.published_precision, article.byline, article.authors,
           article.unit, article.credit, article.lead, article.body, article.body_html, article.section, article.images,
           article.attachments, article.content_hash, article.revision, article.first_seen_at, article.changed_at,
           article.extracted_by, article.identity, article.made_by
    FROM news.article_current AS article
    WHERE article.changed_at <= moment
    UNION ALL
    SELECT article.id, article.portal, article.province, article.platform, state.url, state.title,
           state.published_at, state.published_raw, state.published_precision, state.byline, state.authors,
           state.unit, state.credit, state.lead, state.body, state.body_html, state.section, state.images,
           state.attachments, state.content_hash, state.revision, article.first_seen_at, state.valid_from,
           state.extracted_by, article.identity, state.made_by
    FROM news.article_revision AS state
    JOIN news.article_current AS article ON article.id = state.article_id
    WHERE state.valid_from <= moment AND moment < state.valid_to;
$$;

CREATE TABLE news.run (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    portal      text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('crawl', 'fetch', 'ingest', 'reextract')),
    started_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    status      text NOT NULL DEFAULT 'running'
                CHECK (status IN ('running', 'ok', 'partial', 'failed', 'interrupted')),
    complete    boolean NOT NULL DEFAULT false,  -- every list was followed to its end
    listed      bigint NOT NULL DEFAULT 0,
    fetched     bigint NOT NULL DEFAULT 0,
    new         bigint NOT NULL DEFAULT 0,
    changed     bigint NOT NULL DEFAULT 0,
    unchanged   bigint NOT NULL DEFAULT 0,
    gone        bigint NOT NULL DEFAULT 0,
    rejected    bigint NOT NULL DEFAULT 0,
    requests    bigint NOT NULL DEFAULT 0,
    bytes       bigint NOT NULL DEFAULT 0,
    error       text,
    reached     bigint,  -- how far a re-extraction came, and with which rules: an interrupted one goes on from there
    rules       text
);
CREATE INDEX run_portal ON news.run (portal, started_at DESC);

-- Every response, and every request that got none (status null).
CREATE TABLE news.fetch (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id         bigint REFERENCES news.run ON DELETE SET NULL,
    portal         text NOT NULL,
    url            text NOT NULL,
    fetched_at     timestamptz NOT NULL,
    status         int,
    etag           text,
    last_modified  text,
    bytes          bigint NOT NULL DEFAULT 0,
    digest         text,
    archive_file   text,
    archive_offset bigint,
    archive_length bigint,
    error          text,
    archive_type   text CONSTRAINT fetch_archive_type CHECK (archive_type IN ('response', 'revisit')),
    UNIQUE (url, fetched_at)
);
CREATE INDEX fetch_run ON news.fetch (run_id);

-- Every item that could not be stored, with why, and the item itself.
CREATE TABLE news.reject (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id      bigint REFERENCES news.run ON DELETE SET NULL,
    portal      text,
    url         text,
    reason      text NOT NULL,
    item        bytea NOT NULL,  -- as it came: it may not even be text
    digest      bytea GENERATED ALWAYS AS (sha256(item)) STORED UNIQUE,
    rejected_at timestamptz NOT NULL DEFAULT now()
);

-- What the command, the API and the page all use. A null filter does not filter. Words match with and
-- without diacritics; "quoted words" are a phrase, - excludes, OR is or.
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
    skip_rows  int DEFAULT 0
) RETURNS TABLE (id bigint, rank real)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    -- 1,000 characters: a query of thousands of words exhausts the server's stack.
    wanted tsquery := websearch_to_tsquery('simple', news.fold(left(coalesce(search.query, ''), 1000)));
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
              AND (search.province IS NULL OR article.province = search.province)
              AND (search.units IS NULL OR article.unit = ANY (search.units)
                   OR news.fold(article.unit) = ANY (SELECT news.fold(name) FROM unnest(search.units) AS name))
              AND (search.author IS NULL OR EXISTS (
                    SELECT FROM unnest(article.authors) AS name WHERE news.fold(name) = news.fold(search.author)))
              AND (search.section IS NULL OR news.fold(article.section) = news.fold(search.section))
              AND (search.since IS NULL OR article.published_at >= search.since)
              AND (search.until IS NULL OR article.published_at < search.until)
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
