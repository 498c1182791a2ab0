-- The database as it is today, to be read. A test proves that the migrations produce exactly this.

CREATE SCHEMA news;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- Which migrations this database has seen.
CREATE TABLE news.migration (
    version     int PRIMARY KEY,
    name        text NOT NULL,
    applied_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
);

-- One row: tells this database from every other, so that a spool never lands in the wrong one.
CREATE TABLE news.database (
    id   uuid NOT NULL DEFAULT gen_random_uuid(),
    one  boolean PRIMARY KEY DEFAULT true CHECK (one)
);
INSERT INTO news.database DEFAULT VALUES;

-- Search form of a text: no diacritics, lower case. unaccent first: lower() under the C locale leaves Đ alone. unaccent is
-- named with its schema, wherever that is: a path set for the function is set at every call. Text that is NFC already is
-- most text, and is told four times as fast as it is made.
DO $do$
DECLARE
    home text := (SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'unaccent');
BEGIN
    EXECUTE format($create$
CREATE FUNCTION news.fold(printed text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
BEGIN
    RETURN pg_catalog.lower(%1$s.unaccent('%1$s.unaccent', CASE WHEN printed IS NFC NORMALIZED THEN printed ELSE normalize(printed, NFC) END));
END
$$
$create$, home);
END
$do$;

CREATE FUNCTION news.words(title text, byline text, body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    -- 200,000 characters: a tsvector holds at most 1 MB, and an article that long must still be stored. Fewer bytes are
    -- fewer characters, and need not be counted.
    SELECT setweight(to_tsvector('pg_catalog.simple', news.fold(left(title, 10000))), 'A')
        || setweight(to_tsvector('pg_catalog.simple', news.fold(left(coalesce(byline, ''), 1000))), 'B')
        || to_tsvector('pg_catalog.simple', news.fold(CASE WHEN octet_length(body) <= 200000 THEN body ELSE left(body, 200000) END));
$$;

-- A lexeme as a query, whatever characters it has.
CREATE FUNCTION news.lexeme(label text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT ('''' || replace(replace(left(label, 200), '\', '\\'), '''', '''''') || '''')::tsquery;
$$;

-- The filters of an article as lexemes that no word can be: they begin with =.
CREATE FUNCTION news.labels(
    portal text, province text, unit text, authors text[], section text, published_at timestamptz, gone_at timestamptz
) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT array_to_tsvector(array_remove(ARRAY[
        left('=p ' || portal, 200), left('=v ' || province, 200), left('=u ' || news.fold(unit), 200), left('=s ' || news.fold(section), 200),
        '=y ' || extract(year FROM published_at AT TIME ZONE 'UTC'),
        '=q ' || extract(year FROM published_at AT TIME ZONE 'UTC') || extract(quarter FROM published_at AT TIME ZONE 'UTC'),
        CASE WHEN gone_at IS NULL THEN '=there' ELSE '=gone' END
    ] || ARRAY(SELECT left('=a ' || news.fold(name), 200) FROM unnest(authors) AS name), NULL));
$$;

-- What an article is found by: its labels; its words; pairs of adjacent ones (`ma tuy`), which no word is, having a blank; ^ before
-- those of the title, + before words that come three times or more. A pair is at most 40 bytes and a text's words 300 KB: more than
-- 1 MB is no tsvector.
CREATE FUNCTION news.lexemes(words tsvector, labels tsvector) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 20000
AS $$
DECLARE
    reading text[] := (SELECT array_agg(lexeme ORDER BY place)
                       FROM unnest(words) AS word (lexeme, places, weights), unnest(places) AS place
                       WHERE pg_column_size(words) < 300000);
    title tsvector := ts_filter(words, '{a}');
    heading text[] := (SELECT array_agg(lexeme ORDER BY place) FROM unnest(title) AS word (lexeme, places, weights), unnest(places) AS place);
BEGIN
    RETURN labels || array_to_tsvector(
        tsvector_to_array(words)
        || ARRAY(SELECT one || ' ' || two FROM unnest(reading, reading[2:]) AS pair (one, two) WHERE octet_length(one) + octet_length(two) < 40)
        || ARRAY(SELECT '^' || one || ' ' || two FROM unnest(heading, heading[2:]) AS pair (one, two)
                 WHERE octet_length(one) + octet_length(two) < 40)
        || ARRAY(SELECT '^' || left(one, 200) FROM unnest(tsvector_to_array(title)) AS one)
        || ARRAY(SELECT '+' || left(lexeme, 200) FROM unnest(words) AS word (lexeme, places, weights) WHERE cardinality(places) >= 3));
END
$$;

-- The 63 provinces before 2025-07-01; 34 of them are still there, the others are part of their successor. The
-- same as crawler/provinces.py, which also says where it is from.
CREATE TABLE news.province (
    slug        text PRIMARY KEY,
    name        text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('tỉnh', 'thành phố')),
    successor   text REFERENCES news.province,
    ended_on    date,  -- the first day on which it was part of its successor
    former_name text,  -- its name and rank until changed_on, where one of them changed
    former_kind text CHECK (former_kind IN ('tỉnh', 'thành phố')),
    changed_on  date,
    CHECK ((successor IS NULL) = (ended_on IS NULL)),
    CHECK ((former_name IS NULL) = (changed_on IS NULL) AND (former_kind IS NULL) = (changed_on IS NULL))
);
INSERT INTO news.province (slug, name, kind, successor, ended_on, former_name, former_kind, changed_on) VALUES
    ('ha-noi', 'Hà Nội', 'thành phố', NULL, NULL, NULL, NULL, NULL),
    ('hue', 'Huế', 'thành phố', NULL, NULL, 'Thừa Thiên Huế', 'tỉnh', '2025-01-01'),
    ('lai-chau', 'Lai Châu', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('dien-bien', 'Điện Biên', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('son-la', 'Sơn La', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('lang-son', 'Lạng Sơn', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('quang-ninh', 'Quảng Ninh', 'thành phố', NULL, NULL, 'Quảng Ninh', 'tỉnh', '2026-09-01'),
    ('thanh-hoa', 'Thanh Hóa', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('nghe-an', 'Nghệ An', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('ha-tinh', 'Hà Tĩnh', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('cao-bang', 'Cao Bằng', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('tuyen-quang', 'Tuyên Quang', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('lao-cai', 'Lào Cai', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('thai-nguyen', 'Thái Nguyên', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('phu-tho', 'Phú Thọ', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('bac-ninh', 'Bắc Ninh', 'thành phố', NULL, NULL, 'Bắc Ninh', 'tỉnh', '2026-09-20'),
    ('hung-yen', 'Hưng Yên', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('hai-phong', 'Hải Phòng', 'thành phố', NULL, NULL, NULL, NULL, NULL),
    ('ninh-binh', 'Ninh Bình', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('quang-tri', 'Quảng Trị', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('da-nang', 'Đà Nẵng', 'thành phố', NULL, NULL, NULL, NULL, NULL),
    ('quang-ngai', 'Quảng Ngãi', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('gia-lai', 'Gia Lai', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('khanh-hoa', 'Khánh Hòa', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('lam-dong', 'Lâm Đồng', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('dak-lak', 'Đắk Lắk', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('ho-chi-minh', 'TP. Hồ Chí Minh', 'thành phố', NULL, NULL, NULL, NULL, NULL),
    ('dong-nai', 'Đồng Nai', 'thành phố', NULL, NULL, 'Đồng Nai', 'tỉnh', '2026-04-30'),
    ('tay-ninh', 'Tây Ninh', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('can-tho', 'Cần Thơ', 'thành phố', NULL, NULL, NULL, NULL, NULL),
    ('vinh-long', 'Vĩnh Long', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('dong-thap', 'Đồng Tháp', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('ca-mau', 'Cà Mau', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('an-giang', 'An Giang', 'tỉnh', NULL, NULL, NULL, NULL, NULL),
    ('ha-giang', 'Hà Giang', 'tỉnh', 'tuyen-quang', '2025-07-01', NULL, NULL, NULL),
    ('yen-bai', 'Yên Bái', 'tỉnh', 'lao-cai', '2025-07-01', NULL, NULL, NULL),
    ('bac-kan', 'Bắc Kạn', 'tỉnh', 'thai-nguyen', '2025-07-01', NULL, NULL, NULL),
    ('vinh-phuc', 'Vĩnh Phúc', 'tỉnh', 'phu-tho', '2025-07-01', NULL, NULL, NULL),
    ('hoa-binh', 'Hòa Bình', 'tỉnh', 'phu-tho', '2025-07-01', NULL, NULL, NULL),
    ('bac-giang', 'Bắc Giang', 'tỉnh', 'bac-ninh', '2025-07-01', NULL, NULL, NULL),
    ('thai-binh', 'Thái Bình', 'tỉnh', 'hung-yen', '2025-07-01', NULL, NULL, NULL),
    ('hai-duong', 'Hải Dương', 'tỉnh', 'hai-phong', '2025-07-01', NULL, NULL, NULL),
    ('ha-nam', 'Hà Nam', 'tỉnh', 'ninh-binh', '2025-07-01', NULL, NULL, NULL),
    ('nam-dinh', 'Nam Định', 'tỉnh', 'ninh-binh', '2025-07-01', NULL, NULL, NULL),
    ('quang-binh', 'Quảng Bình', 'tỉnh', 'quang-tri', '2025-07-01', NULL, NULL, NULL),
    ('quang-nam', 'Quảng Nam', 'tỉnh', 'da-nang', '2025-07-01', NULL, NULL, NULL),
    ('kon-tum', 'Kon Tum', 'tỉnh', 'quang-ngai', '2025-07-01', NULL, NULL, NULL),
    ('binh-dinh', 'Bình Định', 'tỉnh', 'gia-lai', '2025-07-01', NULL, NULL, NULL),
    ('ninh-thuan', 'Ninh Thuận', 'tỉnh', 'khanh-hoa', '2025-07-01', NULL, NULL, NULL),
    ('dak-nong', 'Đắk Nông', 'tỉnh', 'lam-dong', '2025-07-01', NULL, NULL, NULL),
    ('binh-thuan', 'Bình Thuận', 'tỉnh', 'lam-dong', '2025-07-01', NULL, NULL, NULL),
    ('phu-yen', 'Phú Yên', 'tỉnh', 'dak-lak', '2025-07-01', NULL, NULL, NULL),
    ('ba-ria-vung-tau', 'Bà Rịa – Vũng Tàu', 'tỉnh', 'ho-chi-minh', '2025-07-01', NULL, NULL, NULL),
    ('binh-duong', 'Bình Dương', 'tỉnh', 'ho-chi-minh', '2025-07-01', NULL, NULL, NULL),
    ('binh-phuoc', 'Bình Phước', 'tỉnh', 'dong-nai', '2025-07-01', NULL, NULL, NULL),
    ('long-an', 'Long An', 'tỉnh', 'tay-ninh', '2025-07-01', NULL, NULL, NULL),
    ('soc-trang', 'Sóc Trăng', 'tỉnh', 'can-tho', '2025-07-01', NULL, NULL, NULL),
    ('hau-giang', 'Hậu Giang', 'tỉnh', 'can-tho', '2025-07-01', NULL, NULL, NULL),
    ('ben-tre', 'Bến Tre', 'tỉnh', 'vinh-long', '2025-07-01', NULL, NULL, NULL),
    ('tra-vinh', 'Trà Vinh', 'tỉnh', 'vinh-long', '2025-07-01', NULL, NULL, NULL),
    ('tien-giang', 'Tiền Giang', 'tỉnh', 'dong-thap', '2025-07-01', NULL, NULL, NULL),
    ('bac-lieu', 'Bạc Liêu', 'tỉnh', 'ca-mau', '2025-07-01', NULL, NULL, NULL),
    ('kien-giang', 'Kiên Giang', 'tỉnh', 'an-giang', '2025-07-01', NULL, NULL, NULL);

-- An article as it is now. Readers use the view news.article.
CREATE TABLE news.article_current (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    portal              text NOT NULL,
    province            text CONSTRAINT article_province REFERENCES news.province,
    platform            text,
    identity            text NOT NULL CONSTRAINT article_identity UNIQUE,
    url                 text NOT NULL CONSTRAINT article_url UNIQUE,
    title               text NOT NULL,
    published_at        timestamptz,
    published_raw       text,
    published_precision text CONSTRAINT article_precision
                        CHECK (published_precision IN ('second', 'minute', 'hour', 'day', 'month', 'year')),
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
    made_by             text NOT NULL DEFAULT 'edited',  -- the portal, or newer rules over the same page
    -- lines since 2-: {column} {type},
    rules               text,
    -- end
    CONSTRAINT article_made_by CHECK (made_by IN ('edited', 'reextracted'))
);
-- Packed, vectors are hardly smaller, and cost a tenth of ingest.
ALTER TABLE news.article_current ALTER words SET STORAGE EXTERNAL;
CREATE INDEX article_words ON news.article_current USING gin (words);
CREATE INDEX article_labels ON news.article_current USING gin (news.labels(portal, province, unit, authors, section, published_at, gone_at));
CREATE INDEX article_newest ON news.article_current (published_at DESC NULLS LAST, id DESC);
CREATE INDEX article_first_seen ON news.article_current (first_seen_at DESC, id DESC);
CREATE INDEX article_portal ON news.article_current (portal, published_at DESC NULLS LAST);
CREATE INDEX article_rules ON news.article_current (portal, id) INCLUDE (platform, rules);  -- what newer rules have yet to read

-- When an article was last met, and how to ask whether it changed. Apart from the article, because it is
-- written at every meeting and the article only when it changed.
CREATE TABLE news.sighting (
    article_id    bigint PRIMARY KEY REFERENCES news.article_current ON DELETE CASCADE,
    last_seen_at  timestamptz NOT NULL,
    etag          text,
    last_modified text,
    unread_by     text,  -- the rules that last found no article in what is archived of it
    visits        int NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- Every address an article was met under; news.article.url is the first of them, after a move the new one.
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

-- When an article was not there: first missed, missed again hours later (confirmed_at, which makes news.article.gone_at),
-- and back (returned_at), be it at another address (moved_to). What was taken for another article until the move was
-- seen has its id in merged_id.
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
CREATE INDEX absence_confirmed ON news.absence (first_missed_at DESC, article_id DESC) WHERE confirmed_at IS NOT NULL;
CREATE INDEX absence_returned ON news.absence (returned_at DESC, article_id DESC) WHERE returned_at IS NOT NULL;

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

-- Articles that were written and not compared since, in the order of writing, once for every time. Ingest only adds, and
-- waits for nobody; who compares takes away the rows that it read. An article may be gone by then.
CREATE TABLE news.fingerprint_due (
    article_id bigint NOT NULL,
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);

-- As the owner: who may write articles need not know of this.
CREATE FUNCTION news.due_for_fingerprint() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO news.fingerprint_due (article_id) SELECT id FROM written;
    RETURN NULL;
END
$$;
CREATE TRIGGER article_new AFTER INSERT ON news.article_current
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION news.due_for_fingerprint();
CREATE TRIGGER article_changed AFTER UPDATE ON news.article_current
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION news.due_for_fingerprint();

-- What the portal changed from one state to the next, and how much that means; made from the states.
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

-- Articles that were found to be copies of an earlier one, once each; what is edited afterwards does not undo it.
CREATE TABLE news.copying (
    copy_id    bigint PRIMARY KEY REFERENCES news.article_current ON DELETE CASCADE,
    article_id bigint NOT NULL REFERENCES news.article_current ON DELETE CASCADE,
    likeness   real NOT NULL,
    at         timestamptz NOT NULL
);
CREATE INDEX copying_article ON news.copying (article_id);
CREATE INDEX copying_at ON news.copying (at DESC, article_id DESC);

-- The day in Vietnam; null in years that no reader's calendar has.
CREATE FUNCTION news.day_in_vietnam(moment timestamptz) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN moment BETWEEN '1000-01-01 00:00Z' AND '9999-01-01 00:00Z' THEN (moment AT TIME ZONE 'Asia/Ho_Chi_Minh')::date END;
$$;

CREATE VIEW news.article AS
    SELECT article.id, portal, article.province, platform, url, title, published_at, published_raw, published_precision,
           byline, authors, unit, credit, lead, body, body_html, section, images, attachments, article.content_hash,
           revision, first_seen_at, coalesce(sighting.last_seen_at, article.changed_at) AS last_seen_at,
           changed_at, gone_at, extracted_by, article.identity, coalesce(province.successor, article.province) AS province_now,
           made_by, redaction.redacted_at, fingerprint.cluster
           -- fields since 2-32: , article.{name}
           , article.rules
           -- end
           , news.day_in_vietnam(article.published_at) AS published_on
           -- fields since 33-: , article.{name}
           -- end
    FROM news.article_current AS article
    LEFT JOIN news.sighting ON sighting.article_id = article.id
    LEFT JOIN news.province AS province ON province.slug = article.province
    LEFT JOIN news.redaction ON redaction.article_id = article.id
    LEFT JOIN news.fingerprint ON fingerprint.article_id = article.id;

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
    published_precision text CONSTRAINT revision_precision
                        CHECK (published_precision IN ('second', 'minute', 'hour', 'day', 'month', 'year')),
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
    made_by             text NOT NULL DEFAULT 'edited',
    -- lines since 2-34: {column} {type},
    rules               text,
    -- end
    words               tsvector,  -- what it is searched by; null of what was redacted
    -- lines since 35-: {column} {type},
    -- end
    CONSTRAINT revision_made_by CHECK (made_by IN ('edited', 'reextracted')),
    PRIMARY KEY (article_id, revision) DEFERRABLE INITIALLY DEFERRED,
    CHECK (valid_from <= valid_to)
);
ALTER TABLE news.article_revision ALTER words SET STORAGE EXTERNAL;  -- as of article_current
CREATE INDEX revision_words ON news.article_revision USING gin (words);

-- Every state of every article, the present one with valid_to null; changed_at is when a state began.
CREATE VIEW news.article_state AS
    SELECT article.id, article.portal, article.province, article.platform, article.url, article.title,
           article.published_at, article.published_raw, article.published_precision, article.byline, article.authors,
           article.unit, article.credit, article.lead, article.body, article.body_html, article.section, article.images,
           article.attachments, article.content_hash, article.revision, article.first_seen_at, article.changed_at,
           article.extracted_by, article.identity, article.made_by, NULL::timestamptz AS valid_to
           -- fields since 2-33: , article.{name}
           , article.rules
           -- end
           , news.day_in_vietnam(article.published_at) AS published_on
           -- fields since 34-: , article.{name}
           -- end
    FROM news.article_current AS article
    UNION ALL
    SELECT article.id, article.portal, article.province, article.platform, state.url, state.title,
           state.published_at, state.published_raw, state.published_precision, state.byline, state.authors,
           state.unit, state.credit, state.lead, state.body, state.body_html, state.section, state.images,
           state.attachments, state.content_hash, state.revision, article.first_seen_at, state.valid_from,
           state.extracted_by, article.identity, state.made_by, state.valid_to
           -- fields since 2-33: , state.{name}
           , state.rules
           -- end
           , news.day_in_vietnam(state.published_at) AS published_on
           -- fields since 34-: , state.{name}
           -- end
    FROM news.article_revision AS state
    JOIN news.article_current AS article ON article.id = state.article_id;

-- The articles as they stood in this database at a moment: what news.article had then, as far as it can still be
-- known. When an article was last seen before it, and whether it was taken down then, cannot.
CREATE FUNCTION news.article_as_of(moment timestamptz) RETURNS SETOF news.article_state
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT * FROM news.article_state AS state
    WHERE state.changed_at <= moment AND (state.valid_to IS NULL OR moment < state.valid_to);
$$;

-- Changes a day of an article: what its visits showed (Cho, Garcia-Molina: unbiased for visits at intervals), and as much as two
-- visits weigh, what articles of its age do. Between one in 2,000 days and seven a day, and never less than half of what is
-- usual at its age (one in five days at first, a tenth of that after a month, times its portal's habit): then it rests at most twice as long.
CREATE FUNCTION news.change_rate(visits int, changes int, watched interval, age interval, habit double precision DEFAULT 1) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT least(7.0, greatest(0.0005, usual / 2, (2 * usual + CASE WHEN visits > 0 THEN
               visits * -ln((visits - least(changes, visits) + 0.5) / (visits + 0.5))
               * visits / greatest(extract(epoch FROM watched) / 86400.0, 0.04)::double precision
           ELSE 0.0 END) / (2 + visits)))::double precision
    FROM (SELECT greatest(0.0005, 0.2 * habit / (1 + greatest(extract(epoch FROM age)::double precision / 86400.0, 0) / 3))) AS given (usual);
$$;

-- After how long an article of that rate is asked again: once a change is as likely as one in ten, those of the first three
-- days at half of that; never later than after 90 days.
CREATE FUNCTION news.revisit_after(rate double precision, age interval) RETURNS interval
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT make_interval(secs => least(90.0, 0.105 / rate * CASE WHEN age < '3 days' THEN 0.5 ELSE 1 END) * 86400.0);
$$;

-- What asking again is worth after so many days: the freshness that it gains.
CREATE FUNCTION news.revisit_value(rate double precision, days double precision, age interval) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN age < '3 days' THEN 2 ELSE 1 END / rate * (1 - (1 + rate * days) * exp(-least(rate * days, 700.0)));
$$;

-- How much oftener a portal's articles change than is usual at their age, as far as they were watched: up to four times. Five
-- changes more on both sides: a portal that nobody has watched for long is a usual one. So is a calm one, or the promise would not hold.
CREATE FUNCTION news.portal_habit(named text) RETURNS double precision
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT least(4.0, greatest(1.0, (5 + coalesce(sum(changes), 0)) / (5 + coalesce(sum(expected), 0))))::double precision
    FROM (
        SELECT article.revision - 1 AS changes,
               0.6 * ln((3 + aged + watched) / (3 + aged)) AS expected
        FROM news.article_current AS article
        JOIN news.sighting ON sighting.article_id = article.id
        CROSS JOIN LATERAL (
            SELECT greatest(0, extract(epoch FROM article.first_seen_at - coalesce(article.published_at, article.first_seen_at)) / 86400.0),
                   greatest(0, extract(epoch FROM sighting.last_seen_at - article.first_seen_at) / 86400.0)
        ) AS days (aged, watched)
        WHERE article.portal = named
    ) AS met;
$$;

-- The usual time between two articles of a portal in its last three months; null where there are fewer than five.
CREATE FUNCTION news.portal_rhythm(named text, moment timestamptz) RETURNS interval
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN count(*) >= 4 THEN percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) END
    FROM (
        SELECT published_at - lag(published_at) OVER (ORDER BY published_at) AS gap
        FROM news.article_current
        WHERE portal = named AND published_at > moment - interval '90 days' AND published_at <= moment
    ) AS gaps
    WHERE gap > '0';
$$;

-- Lists, feeds and sitemaps of portals: read again when they are due.
CREATE TABLE news.list (
    portal      text NOT NULL,
    key         text NOT NULL,
    kind        text NOT NULL CONSTRAINT list_kind CHECK (kind IN ('section', 'feed', 'sitemap')),
    every       interval NOT NULL CONSTRAINT list_every CHECK (every > '0'),
    read_at     timestamptz NOT NULL,
    new_at      timestamptz,
    next_due    timestamptz NOT NULL,
    PRIMARY KEY (portal, key)
);

-- Portals that are crawled: those that have a file, and sites that somebody added. What was set for them outlives a crawl.
CREATE TABLE news.portal (
    name           text PRIMARY KEY,
    origin         text NOT NULL CONSTRAINT portal_origin CHECK (origin IN ('file', 'added')),
    home           text NOT NULL,
    hosts          text[] NOT NULL,
    province       text CONSTRAINT portal_province REFERENCES news.province,
    platform       text,
    sections       text[] NOT NULL DEFAULT '{}',
    browser        boolean NOT NULL DEFAULT false,
    daily_requests int CONSTRAINT portal_daily_requests CHECK (daily_requests > 0),
    opens_at       time,
    closes_at      time,
    added_at       timestamptz NOT NULL DEFAULT now(),
    ended_at       timestamptz,
    CONSTRAINT portal_hours CHECK ((opens_at IS NULL) = (closes_at IS NULL) AND opens_at IS DISTINCT FROM closes_at OR opens_at IS NULL)
);
CREATE INDEX portal_hosts ON news.portal USING gin (hosts);

CREATE TABLE news.run (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    portal      text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('crawl', 'fetch', 'ingest', 'reextract')),
    started_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    status      text NOT NULL DEFAULT 'running'
                CONSTRAINT run_status_check CHECK (status IN ('running', 'ok', 'partial', 'failed', 'interrupted', 'blocked')),
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
    rules       text,
    accounts    jsonb NOT NULL DEFAULT '{}'  -- what became of everything a run met: lists, feeds, sitemaps, pages that were no articles
);
CREATE INDEX run_portal ON news.run (portal, started_at DESC);

-- How hosts are to be asked: what outlives a crawl.
CREATE TABLE news.host (
    host                 text PRIMARY KEY,
    address              text,
    delay                real NOT NULL DEFAULT 0 CONSTRAINT host_delay CHECK (delay >= 0),
    crawl_delay          real NOT NULL DEFAULT 0 CONSTRAINT host_crawl_delay CHECK (crawl_delay >= 0),
    failures             int NOT NULL DEFAULT 0 CONSTRAINT host_failures CHECK (failures >= 0),
    refused_at           timestamptz,
    blocked_until        timestamptz,
    robots_failing_since timestamptz,
    asked_at             timestamptz,
    next_due             timestamptz,
    run_id               bigint REFERENCES news.run ON DELETE SET NULL,
    validators_lie       boolean NOT NULL DEFAULT false,
    robots_url           text,
    robots_text          text,
    robots_read_at       timestamptz
);

-- Every response, and every request that got none (status null).
CREATE TABLE news.fetch (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id         bigint REFERENCES news.run ON DELETE SET NULL,
    portal         text NOT NULL,
    url            text NOT NULL,
    fetched_at     timestamptz NOT NULL,
    status         int CONSTRAINT fetch_status CHECK (status BETWEEN 100 AND 999),
    etag           text,
    last_modified  text,
    bytes          bigint NOT NULL DEFAULT 0 CONSTRAINT fetch_bytes CHECK (bytes >= 0),
    digest         text,
    archive_file   text,
    archive_offset bigint,
    archive_length bigint,
    error          text,
    archive_type   text CONSTRAINT fetch_archive_type CHECK (archive_type IN ('response', 'revisit')),
    address        text,
    CONSTRAINT fetch_archive_place CHECK (archive_offset >= 0 AND archive_length > 0),
    CONSTRAINT fetch_archived CHECK ((archive_file IS NULL) = (archive_type IS NULL) AND (archive_file IS NULL) = (archive_offset IS NULL)
                                           AND (archive_file IS NULL) = (archive_length IS NULL)),
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

-- A hash: an address may be longer than a B-tree holds.
CREATE INDEX reject_url ON news.reject USING hash (url);
CREATE INDEX reject_run ON news.reject (run_id);

-- What happened to articles, one row an event. The first two tables are read as they are, so that both the newest events and those of one article come by an index.
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

-- Codes that departments sign with, from when to when and what followed. The same as vietnam/units.py.
CREATE TABLE news.unit_code (
    code       text PRIMARY KEY,
    name       text NOT NULL,
    valid_from date,
    valid_to   date,
    successors text[] NOT NULL,
    confirmed  boolean NOT NULL,
    source     text NOT NULL
);
INSERT INTO news.unit_code (code, name, valid_from, valid_to, successors, confirmed, source) VALUES
    ('PC13', 'Phòng Cảnh sát quản lý hành chính về trật tự xã hội', NULL, '2010-12-31', '{PC64}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC14', 'Phòng Cảnh sát điều tra tội phạm về trật tự xã hội', NULL, '2010-12-31', '{PC45}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC15', 'Phòng Cảnh sát điều tra tội phạm về trật tự quản lý kinh tế và chức vụ', NULL, '2010-12-31', '{PC46}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC16', 'Văn phòng Cơ quan Cảnh sát điều tra', NULL, '2010-12-31', '{PC44}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC17', 'Phòng Cảnh sát điều tra tội phạm về ma túy', NULL, '2010-12-31', '{PC47}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC21', 'Phòng Kỹ thuật hình sự', NULL, '2010-12-31', '{PC54}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC22', 'Phòng Cảnh sát bảo vệ', NULL, '2010-12-31', '{PC65}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC23', 'Phòng Cảnh sát phòng cháy và chữa cháy', NULL, '2010-12-31', '{PC66}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC26', 'Phòng Cảnh sát giao thông đường bộ - đường sắt', NULL, '2010-12-31', '{PC67}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC36', 'Phòng Cảnh sát môi trường', NULL, '2010-12-31', '{PC49}', false, 'usage in portal bylines; not checked against a public document'),
    ('PV11', 'Phòng Tham mưu', NULL, '2018-12-31', '{PV01}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PV27', 'Phòng Hồ sơ nghiệp vụ cảnh sát', NULL, '2018-12-31', '{PV06}', false, 'usage in portal bylines; not checked against a public document'),
    ('PV28', 'Phòng Xây dựng phong trào toàn dân bảo vệ an ninh Tổ quốc', NULL, '2018-12-31', '{PV05}', true, 'anhp.vn, 50 năm truyền thống lực lượng XDPT toàn dân bảo vệ ANTQ, 2017-05-19'),
    ('PX13', 'Phòng Tổ chức cán bộ', NULL, '2018-12-31', '{PX01}', true, 'baoquangnam.vn, Công an tỉnh sẽ có 28 đơn vị cấp phòng trực thuộc, 2018-08-15'),
    ('PX14', 'Trung tâm Huấn luyện và bồi dưỡng nghiệp vụ', NULL, '2018-12-31', '{PX01}', true, 'baoquangnam.vn, Công an tỉnh sẽ có 28 đơn vị cấp phòng trực thuộc, 2018-08-15'),
    ('PX15', 'Phòng Công tác chính trị', NULL, '2018-12-31', '{PX03}', true, 'baoquangnam.vn, Công an tỉnh sẽ có 28 đơn vị cấp phòng trực thuộc, 2018-08-15'),
    ('PX16', 'Phòng Công tác đảng và công tác quần chúng', NULL, '2018-12-31', '{PX03}', true, 'baoquangnam.vn, Công an tỉnh sẽ có 28 đơn vị cấp phòng trực thuộc, 2018-08-15'),
    ('PC44', 'Văn phòng Cơ quan Cảnh sát điều tra', NULL, '2018-12-31', '{PC01}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC45', 'Phòng Cảnh sát điều tra tội phạm về trật tự xã hội', NULL, '2018-12-31', '{PC02}', true, 'plo.vn, Cần Thơ ra mắt đội cảnh sát hình sự đặc nhiệm (trực thuộc PC45)'),
    ('PC46', 'Phòng Cảnh sát điều tra tội phạm về trật tự quản lý kinh tế và chức vụ', NULL, '2018-12-31', '{PC03}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PC47', 'Phòng Cảnh sát điều tra tội phạm về ma túy', NULL, '2018-12-31', '{PC04}', true, 'plo.vn, Khám phá hai đường dây ma túy lớn, 2017-03 (Phòng PC47)'),
    ('PC49', 'Phòng Cảnh sát phòng, chống tội phạm về môi trường', NULL, '2018-12-31', '{PC05}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC50', 'Phòng Cảnh sát phòng, chống tội phạm sử dụng công nghệ cao', NULL, '2018-12-31', '{PA05}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC52', 'Phòng Cảnh sát truy nã tội phạm', NULL, '2018-12-31', '{PC02}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC54', 'Phòng Kỹ thuật hình sự', NULL, '2018-12-31', '{PC09}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC64', 'Phòng Cảnh sát quản lý hành chính về trật tự xã hội', NULL, '2018-12-31', '{PC06}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PC65', 'Phòng Cảnh sát bảo vệ và cơ động', NULL, '2018-12-31', '{PK02}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC66', 'Phòng Cảnh sát phòng cháy, chữa cháy và cứu nạn, cứu hộ', NULL, '2018-12-31', '{PC07}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PC67', 'Phòng Cảnh sát giao thông', NULL, '2018-12-31', '{PC08}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PC68', 'Phòng Cảnh sát đường thủy', NULL, '2018-12-31', '{PC08}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC81', 'Phòng Cảnh sát thi hành án hình sự và hỗ trợ tư pháp', NULL, '2018-12-31', '{PC10}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA72', 'Phòng Quản lý xuất nhập cảnh', NULL, '2018-12-31', '{PA08}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA81', 'Phòng An ninh kinh tế', NULL, '2018-12-31', '{PA04}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA83', 'Phòng An ninh chính trị nội bộ', NULL, '2018-12-31', '{PA03}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA92', 'Phòng An ninh điều tra', NULL, '2018-12-31', '{PA09}', false, 'usage in portal bylines; not checked against a public document'),
    ('PH41', 'Phòng Hậu cần', NULL, '2018-12-31', '{PH10}', false, 'usage in portal bylines; not checked against a public document'),
    ('PV01', 'Phòng Tham mưu', '2018-08-06', NULL, '{}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PV05', 'Phòng Xây dựng phong trào bảo vệ an ninh Tổ quốc', '2018-08-06', NULL, '{}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PV06', 'Phòng Hồ sơ nghiệp vụ', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PX01', 'Phòng Tổ chức cán bộ', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PX03', 'Phòng Công tác đảng và công tác chính trị', '2018-08-06', NULL, '{}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PX05', 'Thanh tra Công an tỉnh', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PX06', 'Cơ quan Ủy ban Kiểm tra Đảng ủy Công an tỉnh', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC01', 'Văn phòng Cơ quan Cảnh sát điều tra', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC02', 'Phòng Cảnh sát hình sự', '2018-08-06', NULL, '{}', true, 'kenh14.vn, Giải mã chiêu lừa bắt cóc online, 2025-08: Phòng Cảnh sát hình sự (PC02)'),
    ('PC03', 'Phòng Cảnh sát kinh tế', '2018-08-06', NULL, '{}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PC04', 'Phòng Cảnh sát điều tra tội phạm về ma túy', '2018-08-06', NULL, '{}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PC05', 'Phòng Cảnh sát phòng, chống tội phạm về môi trường', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC06', 'Phòng Cảnh sát quản lý hành chính về trật tự xã hội', '2018-08-06', NULL, '{}', true, 'cafef.vn, TP HCM tạm ngưng cấp căn cước công dân, 2024-06-24'),
    ('PC07', 'Phòng Cảnh sát phòng cháy, chữa cháy và cứu nạn, cứu hộ', '2018-08-06', NULL, '{}', true, 'canhsatpccc.thainguyen.vn, giới thiệu Phòng Cảnh sát PCCC và CNCH, 2019-08-13'),
    ('PC08', 'Phòng Cảnh sát giao thông', '2018-08-06', NULL, '{}', true, 'm.sggp.org.vn, CSGT TPHCM mở cao điểm, 2020-12: Phòng Cảnh sát giao thông đường bộ - đường sắt (PC08)'),
    ('PC09', 'Phòng Kỹ thuật hình sự', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC10', 'Phòng Cảnh sát thi hành án hình sự và hỗ trợ tư pháp', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC11', 'Trại tạm giam Công an tỉnh', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA01', 'Phòng An ninh đối ngoại', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA02', 'Phòng An ninh đối nội', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA03', 'Phòng An ninh chính trị nội bộ', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA04', 'Phòng An ninh kinh tế', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA05', 'Phòng An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao', '2018-08-06', NULL, '{}', true, 'vietnamnet.vn, TP.HCM ra mắt Phòng An ninh mạng (PA05), 2021-01-12; founded province by province from 2020'),
    ('PA06', 'Phòng Kỹ thuật nghiệp vụ', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA07', 'Phòng Ngoại tuyến', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA08', 'Phòng Quản lý xuất nhập cảnh', '2018-08-06', NULL, '{}', true, 'nghean24h.vn, 2020-01: Phòng quản lý xuất nhập cảnh (PA08 - Công an tỉnh Nghệ An)'),
    ('PA09', 'Phòng An ninh điều tra', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PK02', 'Phòng Cảnh sát cơ động', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PH10', 'Phòng Hậu cần', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document');

-- Units that sign, one row a unit and province: spellings that differ in capitals or diacritics only are one. Codes that nobody has
-- signed with yet have no province.
CREATE VIEW news.unit AS
    WITH spelled AS (
        SELECT coalesce(province.successor, article.province) AS province_now, news.fold(article.unit) AS folded, article.unit AS spelling,
               count(*) AS articles, min(article.published_at) AS first_at, max(article.published_at) AS last_at
        FROM news.article_current AS article
        LEFT JOIN news.province AS province ON province.slug = article.province
        WHERE article.unit IS NOT NULL
        GROUP BY 1, 2, 3
    ), unit AS (
        SELECT spelled.province_now, spelled.folded, sum(spelled.articles)::bigint AS articles, min(spelled.first_at) AS first_at,
               max(spelled.last_at) AS last_at, array_agg(spelled.spelling ORDER BY spelled.articles DESC, spelled.spelling) AS spellings,
               -- Of spellings the one that is not all capitals, then the usual one.
               (array_agg(spelled.spelling ORDER BY spelled.spelling = upper(spelled.spelling), spelled.articles DESC, spelled.spelling))[1] AS usual
        FROM spelled GROUP BY 1, 2
    )
    SELECT unit.province_now, code.code, coalesce(code.name, unit.usual) AS name, coalesce(unit.spellings, '{}') AS spellings,
           code.valid_from, code.valid_to, coalesce(code.successors, '{}') AS successors, code.confirmed, coalesce(unit.articles, 0) AS articles,
           news.day_in_vietnam(unit.first_at) AS first_on, news.day_in_vietnam(unit.last_at) AS last_on
    FROM unit FULL JOIN news.unit_code AS code ON news.fold(code.code) = unit.folded;

-- People and pen names who sign; CTV, P.V and the like are nobody in particular.
CREATE VIEW news.author AS
    SELECT signed.name, count(*) AS articles, array_agg(DISTINCT article.portal) AS portals,
           array_agg(DISTINCT article.unit) FILTER (WHERE article.unit IS NOT NULL) AS units,
           news.day_in_vietnam(min(article.published_at)) AS first_on,
           news.day_in_vietnam(max(article.published_at)) AS last_on
    FROM news.article_current AS article, unnest(article.authors) AS signed (name)
    WHERE regexp_replace(news.fold(signed.name), '[^a-z]', '', 'g') NOT IN
          ('ctv', 'pv', 'btv', 'bbt', 'tt', 'nhompv', 'congtacvien', 'phongvien', 'bientapvien', 'banbientap', 'tonghop')
    GROUP BY signed.name;

-- What portals published on each day of Vietnam.
CREATE VIEW news.day AS
    SELECT news.day_in_vietnam(article.published_at) AS published_on, article.portal, article.province,
           coalesce(province.successor, article.province) AS province_now, count(*) AS articles,
           count(*) FILTER (WHERE EXISTS (SELECT FROM news.edit WHERE edit.article_id = article.id)) AS edited,
           count(article.gone_at) AS gone
    FROM news.article_current AS article
    LEFT JOIN news.province AS province ON province.slug = article.province
    WHERE article.published_at IS NOT NULL
    GROUP BY 1, 2, 3, 4;

-- States of articles with what differs from the state before, and who made them.
CREATE VIEW news.state AS
    SELECT state.id AS article_id, state.portal, state.revision, state.changed_at AS since, state.valid_to AS until,
           CASE WHEN state.revision = 1 THEN 'first' WHEN state.made_by = 'edited' THEN 'portal' ELSE 'rules' END AS changed_by,
           CASE WHEN state.revision = 1 THEN '{}' ELSE coalesce(edit.fields, told.fields, '{}') END AS fields,
           edit.score, edit.categories, edit.words_added, edit.words_removed, edit.rules_differ, state.title, state.url
    FROM news.article_state AS state
    LEFT JOIN news.edit ON edit.article_id = state.id AND edit.revision = state.revision
    LEFT JOIN LATERAL (
        -- Of a state that rules made nothing is written down: the two are compared.
        SELECT array_agg(now.key ORDER BY now.key) AS fields
        FROM news.article_state AS earlier, jsonb_each(to_jsonb(state)) AS now, jsonb_each(to_jsonb(earlier)) AS before
        WHERE earlier.id = state.id AND earlier.revision = state.revision - 1 AND before.key = now.key AND before.value <> now.value
          AND now.key NOT IN ('revision', 'changed_at', 'valid_to', 'made_by', 'rules', 'content_hash', 'extracted_by', 'first_seen_at', 'published_on')
    ) AS told ON edit.article_id IS NULL AND state.revision > 1;

-- Articles that were taken down, once each time; those that only moved are not among them.
CREATE VIEW news.takedown AS
    SELECT absence.article_id, article.portal, article.title, article.url, article.published_at,
           news.day_in_vietnam(article.published_at) AS published_on, absence.first_missed_at AS gone_at,
           absence.confirmed_at, absence.how, absence.returned_at, absence.first_missed_at - article.published_at AS lived
    FROM news.absence JOIN news.article_current AS article ON article.id = absence.article_id
    WHERE absence.confirmed_at IS NOT NULL AND absence.moved_to IS NULL;

-- How long after publication an article was met. Where a portal tells the day only, that is a day at most too long.
CREATE VIEW news.delay AS
    SELECT id AS article_id, portal, published_at, news.day_in_vietnam(published_at) AS published_on, published_precision,
           first_seen_at, first_seen_at - published_at AS delay
    FROM news.article_current WHERE published_at IS NOT NULL;

-- What ended or marred a run, as a class: of the run's status, its error, and what became of what it met. Null: nothing.
CREATE FUNCTION news.run_cause(status text, error text, accounts jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE
        WHEN status = 'blocked' OR error ~ 'and is left alone until' THEN 'blocked'
        WHEN status IN ('ok', 'running') THEN NULL
        WHEN error ~ '^\d+ requests failed' THEN 'requests'
        WHEN error ~ 'CannotResolveHost|DNSLookup|NoAddress' THEN 'dns'
        WHEN error ~ 'ConnectionRefused' THEN 'refused'
        WHEN error ~ 'TLS: |certificate' THEN 'tls'
        WHEN error ~ 'Timeout' THEN 'timeout'
        WHEN error ~ '^robots\.txt|: robots\.txt' THEN 'robots'
        WHEN error ~ ' answers (404|410)\M' THEN '404'
        WHEN error ~ ' answers 5\d\d\M' THEN 'server'
        WHEN error ~ 'no article found' THEN 'no_articles'
        WHEN error ~ 'layout' OR accounts ? 'layout_changed' THEN 'layout'
        WHEN error ~ 'missing at once' THEN 'outage'
        WHEN error ~ 'do the lists lead elsewhere' THEN 'dead_lists'
        WHEN error ~ 'not followed to their end|^bounds reached' THEN 'truncated'
        WHEN error ~ '^stopped|^not started' THEN 'stopped'
        WHEN error ~ 'killed by signal|without a word|the process ended' THEN 'crash'
        ELSE 'other'
    END;
$$;

-- Portals by day of Vietnam, from the first crawl of each to today. A day that no run looked at has none; whether what was
-- published on it was caught all the same, later runs say (covered_at).
CREATE VIEW news.coverage AS
    SELECT calendar.portal, calendar.day,
           CASE WHEN coalesce(runs.runs, 0) = 0 THEN 'no_run'
                WHEN runs.whole AND runs.stored = 0 THEN 'quiet'
                WHEN runs.whole THEN 'complete'
                WHEN runs.running THEN 'running'
                WHEN runs.partial THEN 'partial'
                WHEN runs.blocked THEN 'blocked'
                WHEN runs.failed THEN 'failed'
                ELSE 'interrupted' END AS state,
           coalesce(runs.runs, 0) AS runs, coalesce(runs.listed, 0) AS listed, coalesce(runs.fetched, 0) AS fetched,
           coalesce(runs.stored, 0) AS stored, coalesce(runs.rejected, 0) AS rejected, runs.share, runs.causes, runs.why,
           (SELECT count(*) FROM news.article_current AS article
            WHERE article.portal = calendar.portal AND article.published_at >= calendar.day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
              AND article.published_at < (calendar.day + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh') AS published,
           (SELECT min(later.finished_at) FROM news.run AS later
            WHERE later.portal = calendar.portal AND later.kind = 'crawl' AND later.complete
              AND later.started_at >= (calendar.day + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh') AS covered_at
    FROM (SELECT first.portal, generate_series(first.day, (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, interval '1 day')::date AS day
          FROM (SELECT portal, (min(started_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day FROM news.run
                WHERE kind = 'crawl' GROUP BY portal) AS first) AS calendar
    LEFT JOIN (
        SELECT portal, (started_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, count(*) AS runs, max(listed) AS listed,
               sum(fetched)::bigint AS fetched, sum(new + changed)::bigint AS stored, sum(rejected)::bigint AS rejected,
               bool_or(complete) AS whole, bool_or(status = 'running') AS running,
               bool_or(status IN ('ok', 'partial')) AS partial, bool_or(status = 'blocked') AS blocked,
               bool_or(status = 'failed') AS failed,
               -- Of the articles that lists named, those whose end is known and no failure, in the best run of the day.
               max(round(1 - (coalesce((accounts -> 'listed_as' ->> 'failed')::numeric, 0) + coalesce((accounts -> 'listed_as' ->> 'rejected')::numeric, 0)
                              + coalesce((accounts -> 'listed_as' ->> 'left_out')::numeric, 0) + coalesce((accounts -> 'listed_as' ->> 'unfinished')::numeric, 0))
                             / nullif(listed, 0), 3)) AS share,
               array_agg(DISTINCT news.run_cause(status, error, accounts)) FILTER (WHERE news.run_cause(status, error, accounts) IS NOT NULL) AS causes,
               (array_agg(error ORDER BY started_at DESC) FILTER (WHERE error IS NOT NULL))[1] AS why
        FROM news.run WHERE kind = 'crawl' GROUP BY portal, 2
    ) AS runs ON runs.portal = calendar.portal AND runs.day = calendar.day;

-- Each portal's state, from its runs: what its last one says, held against what is usual for it. Runs that a person ended say nothing.
CREATE VIEW news.portal_health AS
    SELECT judged.portal, judged.state, judged.cause,
           CASE WHEN judged.state = 'never' THEN NULL WHEN judged.detail IS NOT NULL THEN judged.detail ELSE judged.error END AS detail,
           judged.run_id, judged.last_run_at, judged.last_ok_at,
           (SELECT min(run.started_at) FROM news.run
            WHERE run.portal = judged.portal AND run.kind = 'crawl' AND run.status IN ('partial', 'failed', 'blocked')
              AND run.started_at > coalesce(judged.last_ok_at, '-infinity')) AS failing_since,
           judged.listed, judged.usually_listed, judged.newest_at, judged.longest_gap
    FROM (
        SELECT portal.name AS portal, last.id AS run_id, last.started_at AS last_run_at, last.error, last.listed,
               ok.last_ok_at, usual.listed AS usually_listed, age.newest_at, age.longest_gap, given.*
        FROM (SELECT name FROM news.portal WHERE ended_at IS NULL
              UNION SELECT run.portal FROM news.run
              WHERE kind = 'crawl' AND NOT EXISTS (SELECT FROM news.portal AS ended WHERE ended.name = run.portal AND ended_at IS NOT NULL)) AS portal
        LEFT JOIN LATERAL (
            SELECT id, started_at, status, run.error, run.listed, fetched, new, changed, unchanged, rejected, accounts,
                   news.run_cause(status, run.error, accounts) AS cause, accounts ? 'lists_resting' AS rests,
                   coalesce((accounts ->> 'duplicates')::numeric, 0) AS duplicates FROM news.run
            WHERE run.portal = portal.name AND kind = 'crawl' AND status IN ('ok', 'partial', 'failed', 'blocked')
            ORDER BY started_at DESC, id DESC LIMIT 1
        ) AS last ON true
        LEFT JOIN LATERAL (
            SELECT max(started_at) AS last_ok_at FROM news.run WHERE run.portal = portal.name AND kind = 'crawl' AND status = 'ok'
        ) AS ok ON true
        -- What is usual: of the twenty runs before that were not marred, those that read all lists.
        LEFT JOIN LATERAL (
            SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY before.listed)::int AS listed, count(*) AS runs,
                   sum(before.rejected)::numeric AS rejected
            FROM (SELECT run.listed, run.rejected FROM news.run
                  WHERE run.portal = portal.name AND kind = 'crawl' AND status = 'ok' AND NOT accounts ? 'lists_resting'
                    AND (started_at, id) < (last.started_at, last.id) ORDER BY started_at DESC, id DESC LIMIT 20) AS before
        ) AS usual ON true
        -- Five runs in a row that met nothing at all, though they read lists.
        LEFT JOIN LATERAL (
            SELECT count(*) = 5 AND bool_and(recent.listed = 0 AND recent.new + recent.changed + recent.unchanged = 0 AND NOT recent.rests) AS is_empty
            FROM (SELECT run.listed, new, changed, unchanged, accounts ? 'lists_resting' AS rests FROM news.run
                  WHERE run.portal = portal.name AND kind = 'crawl' AND status IN ('ok', 'partial', 'failed', 'blocked')
                  ORDER BY started_at DESC, id DESC LIMIT 5) AS recent
        ) AS five ON true
        -- A field that the last run's articles lack more often than chance explains: of what is usually there less than 98 %,
        -- five standard deviations from it.
        LEFT JOIN LATERAL (
            SELECT string_agg(format('%s %s %% of %s', substr(field.name, 9), round(100 * field.now), round(100 * field.usually)), ', ' ORDER BY field.name) AS lacking
            FROM (SELECT name, 1 - without::numeric / last.fetched AS now, 1 - before.missing / before.articles AS usually, before.articles
                  FROM jsonb_each_text(last.accounts) AS given (name, without)
                  CROSS JOIN LATERAL (
                      SELECT coalesce(sum((run.accounts ->> name)::numeric), 0) AS missing, nullif(sum(run.fetched), 0) AS articles
                      FROM (SELECT accounts, fetched FROM news.run
                            WHERE run.portal = portal.name AND kind = 'crawl' AND status IN ('ok', 'partial') AND (started_at, id) < (last.started_at, last.id)
                            ORDER BY started_at DESC, id DESC LIMIT 20) AS run
                  ) AS before
                  WHERE name ~ '^without_' AND last.fetched >= 20) AS field
            WHERE field.articles >= 100 AND field.now < 0.98 * field.usually
              AND (field.usually - field.now) * sqrt(last.fetched) > 5 * sqrt(field.usually * (1 - field.usually) + 0.01)
        ) AS fields ON true
        -- How long the portal is silent at most, 99 times in a hundred: between its newest thousand articles, a day at least.
        LEFT JOIN LATERAL (
            SELECT max(dated.published_at) AS newest_at,
                   CASE WHEN count(*) >= 50 THEN
                       make_interval(secs => greatest(86400, percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM dated.gap)))) END AS longest_gap
            FROM (SELECT published_at, published_at - lag(published_at) OVER (ORDER BY published_at) AS gap
                  FROM (SELECT article.published_at FROM news.article_current AS article
                        WHERE article.portal = portal.name AND article.published_at <= last.started_at
                        ORDER BY article.published_at DESC LIMIT 1000) AS newest) AS dated
        ) AS age ON true
        CROSS JOIN LATERAL (
            SELECT * FROM (VALUES
                (1, last.id IS NULL, 'never', NULL, NULL),
                (2, last.cause = 'blocked', 'blocked', 'blocked', NULL),
                (3, last.status = 'failed', 'broken', last.cause, NULL),
                (4, last.cause = 'layout', 'broken', 'layout', NULL),
                (5, five.is_empty, 'broken', 'no_articles', 'five runs in a row met no article'),
                (6, fields.lacking IS NOT NULL, 'broken', 'fields', 'fields that were there: ' || fields.lacking),
                (7, last.rejected > 5 AND last.rejected > 0.3 * (last.new + last.changed + last.unchanged + last.rejected), 'thin', 'rejected',
                    format('%s items were rejected', last.rejected)),
                (8, last.duplicates > 5 AND last.duplicates > 0.3 * (last.fetched + last.duplicates), 'thin', 'duplicates',
                    format('%s of %s pages are articles that other addresses gave already', last.duplicates, last.fetched + last.duplicates)),
                (9, NOT last.rests AND usual.runs >= 3 AND last.listed < 0.2 * usual.listed, 'broken', 'fewer_listed',
                    format('%s articles listed, usually %s', last.listed, usual.listed)),
                (10, NOT last.rests AND usual.runs >= 3 AND last.listed < 0.5 * usual.listed, 'thin', 'fewer_listed',
                    format('%s articles listed, usually %s', last.listed, usual.listed)),
                (11, last.status = 'partial', 'thin', last.cause, NULL),
                (12, last.started_at - age.newest_at > age.longest_gap, 'quiet', 'no_news',
                    format('nothing new since %s', to_char(age.newest_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD'))),
                (13, true, 'fine', NULL, NULL)
            ) AS rule (turn, applies, state, cause, detail)
            WHERE rule.applies ORDER BY rule.turn LIMIT 1
        ) AS given
    ) AS judged;

-- Who may have addresses fetched over HTTP.
CREATE TABLE news.token (
    name    text PRIMARY KEY,
    digest  bytea NOT NULL UNIQUE,
    made_at timestamptz NOT NULL DEFAULT now()
);

-- Until when a worker holds a run; here because portal_health, which is older, shows the columns above.
ALTER TABLE news.run ADD COLUMN lease_until timestamptz;

-- When workers crawl each portal next.
CREATE VIEW news.portal_due AS
SELECT portal.name AS portal, due.at AS due_at, due.why
FROM news.portal
LEFT JOIN LATERAL (
    SELECT status, started_at, finished_at FROM news.run
    WHERE run.portal = portal.name AND kind = 'crawl' ORDER BY started_at DESC LIMIT 1
) AS last ON true
LEFT JOIN LATERAL (
    SELECT max(started_at) AS at FROM news.run
    WHERE run.portal = portal.name AND kind = 'crawl' AND status IN ('ok', 'partial')
) AS good ON last.status IN ('failed', 'blocked')
LEFT JOIN LATERAL (
    SELECT least(count(*), 6)::int AS number FROM news.run
    WHERE run.portal = portal.name AND kind = 'crawl' AND status IN ('failed', 'blocked') AND started_at > coalesce(good.at, '-infinity')
) AS failed ON last.status IN ('failed', 'blocked')
LEFT JOIN LATERAL (
    SELECT min(next_due) AS at FROM news.list WHERE list.portal = portal.name
) AS lists ON last.status IN ('ok', 'partial')
LEFT JOIN LATERAL (
    SELECT max(greatest(next_due, blocked_until)) AS at FROM news.host WHERE host = ANY (portal.hosts)
) AS spared ON true
CROSS JOIN LATERAL (
    SELECT CASE WHEN last.status IS NULL THEN portal.added_at
                WHEN last.status = 'running' THEN NULL
                WHEN last.status = 'interrupted' THEN last.finished_at
                WHEN last.status IN ('failed', 'blocked') THEN last.finished_at + interval '30 minutes' * 2 ^ failed.number
                ELSE greatest(last.started_at + interval '1 hour', lists.at) END AS at,
           CASE WHEN last.status IS NULL THEN 'never crawled'
                WHEN last.status = 'running' THEN 'a run goes on'
                WHEN last.status = 'interrupted' THEN 'the last run was interrupted'
                WHEN last.status IN ('failed', 'blocked') THEN failed.number || ' failed in a row'
                WHEN lists.at > last.started_at + interval '1 hour' THEN 'its lists rest'
                ELSE 'an hour has passed' END AS why
) AS usual
CROSS JOIN LATERAL (
    SELECT CASE WHEN usual.at IS NOT NULL THEN greatest(usual.at, spared.at) END AS at,
           CASE WHEN spared.at > usual.at AND spared.at > now() THEN 'its host is left alone' ELSE usual.why END AS why
) AS due
WHERE portal.ended_at IS NULL;

-- What whoever is told (a digest of its address, which may hold a password) was last told of a portal.
CREATE TABLE news.notice_state (
    target   text NOT NULL,
    portal   text NOT NULL,
    state    text NOT NULL,
    cause    text,
    noted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (target, portal)
);

-- Watches: saved searches that tell what happens to the articles that match.
-- `words` and `labels` are what news.search makes of the filters, kept so that an event is held against all watches at once.
CREATE TABLE news.watch (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL CONSTRAINT watch_name UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    filters    jsonb NOT NULL,
    kinds      text[] NOT NULL CHECK (cardinality(kinds) > 0),
    words      tsquery,
    labels     tsquery,
    since      timestamptz,
    until      timestamptz,
    fold       boolean NOT NULL DEFAULT false,
    least      real CHECK (least BETWEEN 0 AND 1),
    is_open    boolean NOT NULL,
    quiet_from time,
    quiet_to   time,
    digest     interval CHECK (digest > interval '0'),
    created_at timestamptz NOT NULL DEFAULT now(),
    paused_at  timestamptz,
    told_at    timestamptz,
    CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
);

-- Lexemes of which an article must have one a clause, so that few articles are held against a watch.
CREATE TABLE news.watch_key (
    watch_id bigint NOT NULL REFERENCES news.watch ON DELETE CASCADE,
    clause   int NOT NULL,
    lexeme   text NOT NULL,
    PRIMARY KEY (watch_id, clause, lexeme)
);

-- Apart from the watch, because readers are not to see them: an address may hold a password.
CREATE TABLE news.watch_address (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    watch_id bigint NOT NULL REFERENCES news.watch ON DELETE CASCADE,
    url      text NOT NULL,
    secret   text NOT NULL,
    UNIQUE (watch_id, url)
);

-- Events that no watch was held against yet. Whoever does takes the rows away; those of an open transaction wait for the next.
CREATE TABLE news.watch_due (
    article_id bigint NOT NULL,
    kind       text NOT NULL,
    at         timestamptz NOT NULL,
    number     bigint NOT NULL,
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);

-- An event that a watch reacts to, once, without any text. The number of an edit is 0: history may be put in order. An article may
-- be gone by now. No foreign keys: they would cost as much as the rows.
CREATE TABLE news.watch_hit (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    watch_id   bigint NOT NULL,
    article_id bigint NOT NULL,
    kind       text NOT NULL,
    at         timestamptz NOT NULL,
    number     bigint NOT NULL,
    found_at   timestamptz NOT NULL DEFAULT now(),
    waits      boolean NOT NULL DEFAULT true,
    CONSTRAINT watch_hit_once UNIQUE (watch_id, article_id, kind, at, number)
);
CREATE INDEX watch_hit_waiting ON news.watch_hit (watch_id) WHERE waits;
CREATE INDEX watch_hit_newest ON news.watch_hit (watch_id, id DESC);

-- Notices, each to one target, of a portal's state or of hits of a watch; those without sent_at wait to be sent.
CREATE TABLE news.notice (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target     text NOT NULL,
    portal     text,
    state      text,
    cause      text,
    detail     text,
    before     text,
    made_at    timestamptz NOT NULL DEFAULT now(),
    tries      int NOT NULL DEFAULT 0,
    next_try   timestamptz NOT NULL DEFAULT now(),
    sent_at    timestamptz,
    error      text,
    address_id bigint REFERENCES news.watch_address ON DELETE CASCADE,
    hits       bigint[],
    CONSTRAINT notice_is_of_one CHECK (num_nonnulls(address_id, portal) = 1)
);
CREATE INDEX notice_address ON news.notice (address_id) WHERE sent_at IS NULL AND address_id IS NOT NULL;
CREATE INDEX notice_waiting ON news.notice (target, id) WHERE sent_at IS NULL;

-- What people typed, as the words of an article are asked: "quoted words" are a phrase, - excludes, OR is or, tu* begins a word.
-- 1,000 characters: a query of thousands of words exhausts the server's stack.
CREATE FUNCTION news.asked(query text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    -- A mark that survives the parser stands for the star meanwhile.
    SELECT regexp_replace(
        websearch_to_tsquery('pg_catalog.simple', regexp_replace(news.fold(left(coalesce(query, ''), 1000)), '(\w\w)\*', '\1zqxzq', 'g'))::text,
        'zqxzq''', ''':*', 'g')::tsquery;
$$;

-- Two lexemes, as a query writes them, side by side; both of them where the pair would be too long.
CREATE FUNCTION news.pair(word text, next text, mark text DEFAULT '') RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT CASE WHEN octet_length(word) + octet_length(next) > 43 OR word LIKE '%*' THEN format('%s & %s', word, next)
                ELSE '''' || mark || substr(word, 2, length(word) - 2) || ' ' || substr(next, 2) END;
$$;

-- The same query of lexemes: phrases as the pairs that they are made of.
CREATE FUNCTION news.asked_lexemes(wanted tsquery) RETURNS tsquery
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    lexeme CONSTANT text := '''(?:[^'']|'''')*''(?::\*)?';
    said text := wanted::text;
    phrase text;
BEGIN
    FOR phrase IN SELECT parts[1] FROM regexp_matches(said, '(' || lexeme || '(?: <-> ' || lexeme || ')+)', 'g') AS parts
                  ORDER BY length(parts[1]) DESC LOOP  -- one may be part of another
        said := replace(said, phrase, '( ' || (SELECT string_agg(news.pair(one.word, one.next), ' & ') FROM (
            SELECT part[1] AS word, lead(part[1]) OVER (ORDER BY place) AS next
            FROM regexp_matches(phrase, '(' || lexeme || ')', 'g') WITH ORDINALITY AS parts (part, place)) AS one
            WHERE one.next IS NOT NULL) || ' )');
    END LOOP;
    RETURN said::tsquery;
END
$$;

-- A query with another; null asks nothing.
CREATE FUNCTION news.both(one tsquery, other tsquery) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce(one && other, one, other);
$$;

-- The filters of a search as a query of labels; null where there are none. A province of today holds those that became part of it.
CREATE FUNCTION news.asked_labels(portal text, province text, author text, units text[], section text, gone boolean) RETURNS tsquery
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT string_agg('( ' || given || ' )', ' & ')::tsquery FROM unnest(ARRAY[
        news.lexeme('=p ' || portal)::text,
        (SELECT string_agg(news.lexeme('=v ' || slug)::text, ' | ')
         FROM (SELECT slug FROM news.province AS part WHERE part.successor = asked_labels.province
               UNION ALL VALUES (asked_labels.province)) AS parts (slug)),
        news.lexeme('=a ' || news.fold(author))::text,
        (SELECT string_agg(news.lexeme('=u ' || news.fold(name))::text, ' | ') FROM unnest(units) AS name),
        news.lexeme('=s ' || news.fold(section))::text,
        CASE WHEN gone THEN '''=gone''' WHEN NOT gone THEN '''=there''' END
    ]) AS given;
$$;

-- The manners of matching a query, best first, as queries of lexemes: side by side in the title, all in the title, often side by
-- side, side by side, somehow (empty); null where a query has no such manner.
CREATE FUNCTION news.manners(wanted tsquery) RETURNS tsquery[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    WITH words AS (
        SELECT found[1] AS word, lead(found[1]) OVER (ORDER BY place) AS next, place
        FROM regexp_matches(querytree(wanted), '(''(?:[^'']|'''')*''(?::\*)?)', 'g') WITH ORDINALITY AS parts (found, place)
    ), shape AS (
        SELECT wanted::text LIKE '% | %' AS either, (SELECT count(*) FROM words) AS number
    )
    SELECT ARRAY[
        CASE WHEN NOT either AND number > 1 THEN (SELECT string_agg(news.pair(word, next, '^'), ' & ') FROM words WHERE next IS NOT NULL) END,
        (SELECT string_agg('''^' || substr(word, 2), CASE WHEN either THEN ' | ' ELSE ' & ' END) FROM words),
        CASE WHEN either THEN NULL
             ELSE (SELECT string_agg('''+' || substr(word, 2) || coalesce(' & ' || news.pair(word, next), ''), ' & ') FROM words) END,
        CASE WHEN NOT either AND number > 1 THEN (SELECT string_agg(news.pair(word, next), ' & ') FROM words WHERE next IS NOT NULL) END,
        ''
    ]::tsquery[]
    FROM shape;
$$;

-- Whether a text has one of these spellings, at the beginning of a word. Nothing costs less than looking for the letters.
CREATE FUNCTION news.is_spelt(printed text, spellings text[]) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    unpacked text := ' ' || replace(printed, E'\n', ' ');  -- once
    spelling text;
BEGIN
    FOREACH spelling IN ARRAY spellings LOOP
        IF strpos(unpacked, ' ' || spelling) > 0 THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END
$$;

-- Lower case, and capitals, of Vietnamese letters under any locale.
CREATE FUNCTION news.lowered(printed text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT translate(lower(printed), 'ĐÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ',
                     'đàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ');
$$;
CREATE FUNCTION news.capitals(printed text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT translate(upper(printed), 'đàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ',
                     'ĐÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ');
$$;

-- The ways in which what was typed with diacritics may be printed: small, with a capital, each word with one, in capitals; the tone
-- mark at its old or its new place. None where it was typed without. What is excluded, and OR, is left out.
CREATE FUNCTION news.spellings(query text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    earlier constant text[] := '{òa,óa,ỏa,õa,ọa,òe,óe,ỏe,õe,ọe,ùy,úy,ủy,ũy,ụy}';
    later constant text[] := '{oà,oá,oả,oã,oạ,oè,oé,oẻ,oẽ,oẹ,uỳ,uý,uỷ,uỹ,uỵ}';
    typed text := regexp_replace(normalize(left(query, 200), NFC), '(^|\s)(-"[^"]*"|-\S+|OR(?=\s))', ' ', 'g');
    old_place text;
    new_place text;
BEGIN
    typed := btrim(news.lowered(regexp_replace(regexp_replace(typed, '[]["*.,;:!?()“”‘’/[-]', ' ', 'g'), '\s+', ' ', 'g')));
    IF typed = '' OR typed = news.fold(typed) THEN
        RETURN '{}';
    END IF;
    old_place := typed;
    new_place := typed;
    FOR number IN 1 .. cardinality(earlier) LOOP
        old_place := replace(old_place, later[number], earlier[number]);
        new_place := replace(new_place, earlier[number], later[number]);
    END LOOP;
    RETURN ARRAY(
        SELECT DISTINCT printed
        FROM unnest(ARRAY[typed, old_place, new_place]) AS one,
             LATERAL (VALUES (one), (news.capitals(left(one, 1)) || substr(one, 2)), (news.capitals(one)),
                             ((SELECT string_agg(news.capitals(left(word, 1)) || substr(word, 2), ' ' ORDER BY place)
                               FROM regexp_split_to_table(one, ' ') WITH ORDINALITY AS words (word, place)))) AS spelling (printed));
END
$$;

-- Published in these quarters and years: the last two quarters of a moment, its last three years, whenever.
CREATE FUNCTION news.recently(moment timestamptz, step int) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE step
        WHEN 1 THEN (SELECT format('%L | %L', '=q ' || extract(year FROM day) || extract(quarter FROM day),
                                   '=q ' || extract(year FROM before) || extract(quarter FROM before))::tsquery
                     FROM (SELECT moment AT TIME ZONE 'UTC', moment AT TIME ZONE 'UTC' - interval '3 months') AS at (day, before))
        WHEN 2 THEN (SELECT string_agg(quote_literal('=y ' || year), ' | ')::tsquery
                     FROM (SELECT extract(year FROM moment AT TIME ZONE 'UTC')::int) AS at (last), generate_series(last - 2, last) AS year)
    END;
$$;

-- The newest articles that match, without the index: where nothing is asked, where only words are excluded, until it is made.
CREATE FUNCTION news.newest_plain(
    wanted tsquery, filters tsquery, since timestamptz, until timestamptz, most bigint, among bigint[]
) RETURNS TABLE (id bigint, published_at timestamptz)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    RETURN QUERY
        SELECT article.id, article.published_at FROM news.article_current AS article
        WHERE (newest_plain.wanted IS NULL OR article.words @@ newest_plain.wanted)
          AND (newest_plain.filters IS NULL
               OR news.labels(article.portal, article.province, article.unit, article.authors, article.section,
                              article.published_at, article.gone_at) @@ newest_plain.filters)
          AND (newest_plain.since IS NULL OR article.published_at >= newest_plain.since)
          AND (newest_plain.until IS NULL OR article.published_at < newest_plain.until)
          AND (among IS NULL OR article.id IN (SELECT unnest(among)))
        ORDER BY article.published_at DESC NULLS LAST, article.id DESC
        LIMIT most;
END
$$;

-- Whether a query of lexemes is one for the index.
CREATE FUNCTION news.is_indexed(asked tsquery) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT querytree(asked) NOT IN ('T', '') AND EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('news.article_lexemes') AND indisvalid);
$$;

-- Of all articles that match, those that are no copy of an earlier one that matches as well, newest first. All must be looked at.
CREATE FUNCTION news.standing(
    asked tsquery, wanted tsquery, filters tsquery, since timestamptz, until timestamptz, checked boolean
) RETURNS bigint[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode = force_generic_plan
    SET work_mem = '32MB'
AS $$
DECLARE
    matching bigint[];
BEGIN
    IF news.is_indexed(asked) THEN
        matching := ARRAY(
            SELECT article.id FROM news.article_current AS article
            WHERE news.lexemes(article.words, news.labels(article.portal, article.province, article.unit, article.authors,
                                                          article.section, article.published_at, article.gone_at)) @@ asked
              AND (NOT checked OR article.words @@ standing.wanted)
              AND (standing.since IS NULL OR article.published_at >= standing.since)
              AND (standing.until IS NULL OR article.published_at < standing.until));
    ELSE
        matching := ARRAY(SELECT plain.id FROM news.newest_plain(wanted, filters, standing.since, standing.until, NULL, NULL) AS plain);
    END IF;
    RETURN ARRAY(
        SELECT first.id FROM (
            SELECT DISTINCT ON (coalesce(fingerprint.cluster, article.id)) article.id, article.published_at
            FROM unnest(matching) AS given (id)
            JOIN news.article_current AS article ON article.id = given.id
            LEFT JOIN news.fingerprint ON fingerprint.article_id = article.id
            ORDER BY coalesce(fingerprint.cluster, article.id), coalesce(article.published_at, article.first_seen_at),
                     article.first_seen_at, article.id) AS first
        ORDER BY first.published_at DESC NULLS LAST, first.id DESC);
END
$$;

-- The newest articles that a query of lexemes finds, so many of them. It asks for the last two quarters first, so that of a frequent
-- word not all articles are read. `wanted` is the query of words: asked where pairs do not say enough. Only
-- `among` these, if they are given. Planned once: it is the index whatever is asked.
CREATE FUNCTION news.newest(
    asked tsquery, wanted tsquery, filters tsquery, since timestamptz, until timestamptz, most bigint, checked boolean, among bigint[]
) RETURNS TABLE (id bigint, published_at timestamptz)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode = force_generic_plan
    SET work_mem = '32MB'
AS $$
DECLARE
    latest timestamptz;
    given tsquery;
    ids bigint[];
    moments timestamptz[];
BEGIN
    IF most <= 0 THEN
        RETURN;
    END IF;
    IF news.is_indexed(asked) IS NOT TRUE THEN
        RETURN QUERY SELECT * FROM news.newest_plain(wanted, filters, newest.since, newest.until, most, among);
        RETURN;
    END IF;
    latest := least(newest.until, (SELECT max(last.published_at) FROM news.article_current AS last));
    FOR step IN CASE WHEN most > 1000 OR latest IS NULL THEN 3 ELSE 1 END .. 3 LOOP
        given := news.both(asked, news.recently(latest, step));
        WITH matching AS MATERIALIZED (
            SELECT article.id, article.published_at
            FROM news.article_current AS article
            WHERE news.lexemes(article.words, news.labels(article.portal, article.province, article.unit, article.authors,
                                                          article.section, article.published_at, article.gone_at)) @@ given
              AND (newest.since IS NULL OR article.published_at >= newest.since)
              AND (newest.until IS NULL OR article.published_at < newest.until)
              AND (among IS NULL OR article.id IN (SELECT unnest(among)))
        ), ordered AS MATERIALIZED (
            SELECT matching.id, matching.published_at FROM matching
            ORDER BY matching.published_at DESC NULLS LAST, matching.id DESC
            LIMIT CASE WHEN NOT checked THEN most END
        ), chosen AS (
            SELECT ordered.id, ordered.published_at FROM ordered
            WHERE (NOT checked OR (SELECT own.words @@ newest.wanted FROM news.article_current AS own WHERE own.id = ordered.id))
            LIMIT most
        )
        SELECT array_agg(chosen.id), array_agg(chosen.published_at) INTO ids, moments FROM chosen;
        EXIT WHEN cardinality(ids) >= most;
    END LOOP;
    RETURN QUERY SELECT * FROM unnest(ids, moments);
END
$$;

-- What the command, the API and the page all use. A null filter does not filter. Words match with and without diacritics;
-- "quoted words" are a phrase, - excludes, OR is or, tu* begins a word. By relevance come first those that have all words in the
-- title, side by side or often, the newest of each; what is spelt as typed before all; then the others, newest first.
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
    SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    -- Of each manner of matching so many of the newest are weighed against each other.
    weighed constant int := 40;
    wanted tsquery := CASE WHEN btrim(coalesce(search.query, '')) <> '' THEN news.asked(search.query) END;
    filters tsquery := news.asked_labels(search.portal, search.province, search.author, search.units, search.section, search.gone);
    asked tsquery := news.both(news.asked_lexemes(wanted), filters);
    said text := wanted::text;
    -- Pairs say less than the query where a phrase has several, or a word too long for one.
    checked boolean := coalesce(said ~ '<->.*<->|\*.* <->' OR said LIKE '%<->%' AND said ~ '\S{22}', false);
    needed bigint := search.max_rows::bigint + search.skip_rows;
    spellings text[];
    among bigint[];
BEGIN
    IF numnode(wanted) = 0 OR search.units = '{}' THEN
        RETURN;
    END IF;
    IF search.fold THEN
        among := news.standing(asked, wanted, filters, search.since, search.until, checked);
    END IF;
    IF search.fold AND (wanted IS NULL OR search.sort = 'date') THEN
        RETURN QUERY SELECT one, 0::real FROM unnest(among[search.skip_rows + 1 : needed]) WITH ORDINALITY AS given (one, place) ORDER BY place;
        RETURN;
    END IF;
    IF wanted IS NULL OR search.sort = 'date' THEN
        RETURN QUERY
            SELECT found.id, 0::real
            FROM news.newest(asked, wanted, filters, search.since, search.until, needed, checked, NULL)
                 WITH ORDINALITY AS found (id, published_at, place)
            ORDER BY found.place LIMIT search.max_rows OFFSET search.skip_rows;
        RETURN;
    END IF;
    spellings := coalesce(news.spellings(search.query), '{}');
    IF news.is_indexed(asked) IS NOT TRUE THEN
        -- The newest 5,000 matches are weighed, of phrases 200: each of them is looked for in the rows. The others follow, newest first.
        RETURN QUERY
            WITH met AS MATERIALIZED (
                SELECT plain.id, plain.published_at, plain.place
                FROM news.newest_plain(wanted, filters, search.since, search.until, greatest(CASE WHEN said LIKE '%<->%' THEN 200 ELSE 5000 END, needed), among)
                     WITH ORDINALITY AS plain (id, published_at, place)
            )
            SELECT one.id, one.relevance FROM (
                SELECT met.id, met.place,
                       CASE WHEN met.place > CASE WHEN said LIKE '%<->%' THEN 200 ELSE 5000 END THEN 0
                            ELSE (ts_rank(article.words, querytree(wanted)::tsquery)
                                  + CASE WHEN cardinality(spellings) > 0 AND news.is_spelt(article.title, spellings) THEN 1 ELSE 0 END)::real
                       END AS relevance
                FROM met JOIN news.article_current AS article ON article.id = met.id
            ) AS one
            ORDER BY one.relevance DESC, one.place
            LIMIT search.max_rows OFFSET search.skip_rows;
        RETURN;
    END IF;
    RETURN QUERY
        WITH met AS (
            SELECT found.id, found.published_at, min(manner.place) AS place
            FROM unnest(news.manners(wanted)) WITH ORDINALITY AS manner (added, place)
            CROSS JOIN LATERAL news.newest(news.both(asked, nullif(manner.added, '')), wanted, filters, search.since, search.until,
                                           weighed, checked, among) AS found
            WHERE manner.added IS NOT NULL
            GROUP BY found.id, found.published_at
        ), ranked AS MATERIALIZED (
            SELECT met.id, met.published_at,
                   ((ARRAY[2, 1.4, 1, 0.6, 0])[met.place] + ts_rank(article.words, querytree(wanted)::tsquery)
                    + CASE WHEN cardinality(spellings) = 0 THEN 0
                           WHEN news.is_spelt(article.title, spellings) THEN 2.8
                           WHEN news.is_spelt(article.body, spellings) THEN 2.5 ELSE 0 END)::real AS relevance
            FROM met JOIN news.article_current AS article ON article.id = met.id
        )
        SELECT one.id, one.relevance FROM (
            SELECT ranked.id, ranked.published_at, ranked.relevance FROM ranked
            UNION ALL
            SELECT found.id, found.published_at, 0
            FROM news.newest(asked, wanted, filters, search.since, search.until,
                             CASE WHEN (SELECT count(*) FROM ranked) < needed THEN needed + 5 * weighed ELSE 0 END,
                             checked, among) AS found
            WHERE found.id NOT IN (SELECT ranked.id FROM ranked)
        ) AS one
        ORDER BY one.relevance DESC, one.published_at DESC NULLS LAST, one.id DESC
        LIMIT search.max_rows OFFSET search.skip_rows;
END
$$;

-- How many articles match, exactly up to `most`; where there are more, one more than that.
CREATE FUNCTION news.count_found(
    query text, portal text DEFAULT NULL, province text DEFAULT NULL, author text DEFAULT NULL, units text[] DEFAULT NULL,
    section text DEFAULT NULL, since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL, gone boolean DEFAULT NULL,
    fold boolean DEFAULT false, most int DEFAULT 10000
) RETURNS bigint
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode = force_generic_plan
    SET work_mem = '32MB'
AS $$
DECLARE
    wanted tsquery := CASE WHEN btrim(coalesce(count_found.query, '')) <> '' THEN news.asked(count_found.query) END;
    asked tsquery := news.both(news.asked_lexemes(wanted), news.asked_labels(
        count_found.portal, count_found.province, count_found.author, count_found.units, count_found.section, count_found.gone));
BEGIN
    -- A phrase of several pairs must be looked at, as in the search itself.
    IF count_found.fold OR wanted::text ~ '<->.*<->|\*.* <->' OR news.is_indexed(asked) IS NOT TRUE THEN
        RETURN (SELECT count(*) FROM news.search(
            count_found.query, count_found.portal, count_found.province, count_found.author, count_found.units, count_found.section,
            count_found.since, count_found.until, 'date', most + 1, 0, count_found.gone, count_found.fold));
    END IF;
    RETURN (SELECT count(*) FROM (
        SELECT FROM news.article_current AS article
        WHERE news.lexemes(article.words, news.labels(article.portal, article.province, article.unit, article.authors,
                                                      article.section, article.published_at, article.gone_at)) @@ asked
          AND (count_found.since IS NULL OR article.published_at >= count_found.since)
          AND (count_found.until IS NULL OR article.published_at < count_found.until)
        LIMIT most + 1) AS some_of_them);
END
$$;

-- The newest articles an earlier state of which matches, with the newest such state. Filters and days are of the article as it is now. All
-- states that match are looked at, by the index: the planner holds reading all of their words for cheap. None of what was redacted is told.
CREATE FUNCTION news.newest_earlier(wanted tsquery, filters tsquery, since timestamptz, until timestamptz, most bigint)
    RETURNS TABLE (id bigint, published_at timestamptz, revision int)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode = force_custom_plan
    SET work_mem = '32MB'
    SET enable_seqscan = off
AS $$
BEGIN
    RETURN QUERY
        WITH matching AS MATERIALIZED (
            SELECT state.article_id, max(state.revision) AS revision FROM news.article_revision AS state
            WHERE state.words @@ newest_earlier.wanted GROUP BY state.article_id
        )
        SELECT article.id, article.published_at, matching.revision
        FROM matching JOIN news.article_current AS article ON article.id = matching.article_id
        WHERE (newest_earlier.filters IS NULL
               OR news.labels(article.portal, article.province, article.unit, article.authors, article.section,
                              article.published_at, article.gone_at) @@ newest_earlier.filters)
          AND (newest_earlier.since IS NULL OR article.published_at >= newest_earlier.since)
          AND (newest_earlier.until IS NULL OR article.published_at < newest_earlier.until)
          AND NOT EXISTS (SELECT FROM news.redaction WHERE redaction.article_id = article.id)
        ORDER BY article.published_at DESC NULLS LAST, article.id DESC
        LIMIT most;
END
$$;

-- The newest articles that match now or did before, so many of them: what is among the newest of both is among the newest of each, so
-- that it is known whether both hold.
CREATE FUNCTION news.newest_in_any_state(
    asked tsquery, wanted tsquery, filters tsquery, since timestamptz, until timestamptz, most bigint, checked boolean
) RETURNS TABLE (id bigint, published_at timestamptz, revision int, matches_now boolean)
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT coalesce(present.id, past.id), coalesce(present.published_at, past.published_at), past.revision, present.id IS NOT NULL
    FROM news.newest(asked, wanted, filters, since, until, most, checked, NULL) AS present
    FULL JOIN news.newest_earlier(wanted, filters, since, until, most) AS past ON past.id = present.id
    ORDER BY 2 DESC NULLS LAST, 1 DESC
    LIMIT most;
$$;

-- news.search, and where it is asked for in what articles said before, too: `revision` is the newest earlier state that matches, `matches_now`
-- tells whether the present one does. By relevance come first those that only an earlier state finds, of the newest 5,000 of these what
-- is spelt as typed before the others, newest first, with 10 in their rank; then what news.search finds, in its order. Of near-identical articles
-- the first stands for all that match in any state.
CREATE FUNCTION news.search_states(
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
    fold       boolean DEFAULT false,
    in_history boolean DEFAULT true
) RETURNS TABLE (id bigint, rank real, revision int, matches_now boolean)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    looked_at constant int := 5000;
    weighed constant int := 200;
    wanted tsquery := CASE WHEN btrim(coalesce(search_states.query, '')) <> '' THEN news.asked(search_states.query) END;
    filters tsquery := news.asked_labels(search_states.portal, search_states.province, search_states.author, search_states.units,
                                         search_states.section, search_states.gone);
    asked tsquery := news.both(news.asked_lexemes(wanted), filters);
    said text := wanted::text;
    checked boolean := coalesce(said ~ '<->.*<->|\*.* <->' OR said LIKE '%<->%' AND said ~ '\S{22}', false);  -- as in news.search
    needed bigint := search_states.max_rows::bigint + search_states.skip_rows;
    spellings text[];
    firsts bigint[];
    ranks real[];
    others bigint[] := '{}';
    weights real[] := '{}';
    is_cut boolean;
BEGIN
    IF NOT search_states.in_history OR wanted IS NULL OR numnode(wanted) = 0 OR search_states.units = '{}' THEN
        RETURN QUERY
            SELECT found.id, found.rank, NULL::int, true
            FROM news.search(search_states.query, search_states.portal, search_states.province, search_states.author, search_states.units,
                             search_states.section, search_states.since, search_states.until, search_states.sort, search_states.max_rows,
                             search_states.skip_rows, search_states.gone, search_states.fold) WITH ORDINALITY AS found (id, rank, place)
            ORDER BY found.place;
        RETURN;
    END IF;
    IF search_states.fold THEN
        RETURN QUERY
            SELECT first.id, CASE WHEN search_states.sort = 'date' OR first.matches_now THEN 0 ELSE 10 END::real, first.revision, first.matches_now
            FROM (
                SELECT DISTINCT ON (coalesce(fingerprint.cluster, met.id)) met.*
                FROM news.newest_in_any_state(asked, wanted, filters, search_states.since, search_states.until, 9223372036854775807, checked) AS met
                JOIN news.article_current AS article ON article.id = met.id
                LEFT JOIN news.fingerprint ON fingerprint.article_id = met.id
                ORDER BY coalesce(fingerprint.cluster, met.id), coalesce(article.published_at, article.first_seen_at),
                         article.first_seen_at, met.id) AS first
            ORDER BY search_states.sort <> 'date' AND NOT first.matches_now DESC, first.published_at DESC NULLS LAST, first.id DESC
            LIMIT search_states.max_rows OFFSET search_states.skip_rows;
        RETURN;
    END IF;
    IF search_states.sort = 'date' THEN
        RETURN QUERY
            SELECT met.id, 0::real, met.revision, met.matches_now
            FROM news.newest_in_any_state(asked, wanted, filters, search_states.since, search_states.until, needed, checked) AS met
            ORDER BY met.published_at DESC NULLS LAST, met.id DESC
            LIMIT search_states.max_rows OFFSET search_states.skip_rows;
        RETURN;
    END IF;
    spellings := coalesce(news.spellings(search_states.query), '{}');
    WITH met AS MATERIALIZED (
        SELECT found.id, found.revision, found.place
        FROM news.newest_earlier(wanted, filters, search_states.since, search_states.until, looked_at)
             WITH ORDINALITY AS found (id, published_at, revision, place)
    ), past AS MATERIALIZED (
        SELECT met.id, met.revision, row_number() OVER (ORDER BY met.place) AS place
        FROM met JOIN news.article_current AS now ON now.id = met.id
        WHERE NOT now.words @@ wanted
    ), ranked AS (
        SELECT past.id, past.place,
               (10 + CASE WHEN cardinality(spellings) = 0 OR past.place > weighed THEN 0
                          WHEN news.is_spelt(state.title, spellings) THEN 2
                          WHEN news.is_spelt(state.body, spellings) THEN 1 ELSE 0 END)::real AS relevance
        FROM past JOIN news.article_revision AS state ON state.article_id = past.id AND state.revision = past.revision
    )
    SELECT coalesce(array_agg(ranked.id ORDER BY ranked.relevance DESC, ranked.place), '{}'),
           coalesce(array_agg(ranked.relevance ORDER BY ranked.relevance DESC, ranked.place), '{}'),
           (SELECT count(*) FROM met) = looked_at
    INTO firsts, ranks, is_cut FROM ranked;
    IF cardinality(firsts) < needed THEN
        SELECT coalesce(array_agg(found.id ORDER BY found.place), '{}'), coalesce(array_agg(found.rank ORDER BY found.place), '{}')
        INTO others, weights
        FROM news.search(search_states.query, search_states.portal, search_states.province, search_states.author, search_states.units,
                         search_states.section, search_states.since, search_states.until, 'relevance',
                         least(needed - cardinality(firsts), 2147483647)::int, 0, search_states.gone) WITH ORDINALITY AS found (id, rank, place);
    END IF;
    IF is_cut AND cardinality(firsts) + cardinality(others) < needed THEN
        -- Those that were not looked at come last: pages hold as many as the count says.
        others := others || ARRAY(
            SELECT found.id
            FROM news.newest_earlier(wanted, filters, search_states.since, search_states.until, NULL)
                 WITH ORDINALITY AS found (id, published_at, revision, place)
            JOIN news.article_current AS now ON now.id = found.id
            WHERE found.place > looked_at AND NOT now.words @@ wanted
            ORDER BY found.place);
    END IF;
    RETURN QUERY
        SELECT given.id, coalesce(given.rank, 0),
               (SELECT max(state.revision) FROM news.article_revision AS state WHERE state.article_id = given.id AND state.words @@ wanted),
               (SELECT now.words @@ wanted FROM news.article_current AS now WHERE now.id = given.id)
        FROM (SELECT one.id, one.rank, one.place FROM unnest(firsts || others, ranks || weights) WITH ORDINALITY AS one (id, rank, place)
              ORDER BY one.place LIMIT search_states.max_rows OFFSET search_states.skip_rows) AS given
        ORDER BY given.place;
END
$$;

-- Changes of one kind, newest first, after a place. Where each kind is read from is said here once more, because of a view over all kinds
-- no index is asked for the newest: so the newest few cost a few rows. Filters are given as ids, or as what `news.asked` and
-- `news.asked_labels` make of them.
CREATE FUNCTION news.changes_of(
    wanted_kind text, ids bigint[], words tsquery, labels tsquery, since timestamptz, until timestamptz, least_score real,
    after_at timestamptz, after_article bigint, after_kind text, after_number bigint, most int
) RETURNS SETOF news.change
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    source constant text := CASE wanted_kind
        WHEN 'published' THEN 'SELECT first_seen_at AS at, id AS article_id, 0::bigint AS number, NULL::real AS score FROM news.article_current'
        WHEN 'edited' THEN 'SELECT at, article_id, revision::bigint AS number, score FROM news.edit'
        WHEN 'gone' THEN 'SELECT first_missed_at AS at, article_id, id AS number, NULL::real AS score FROM news.absence WHERE confirmed_at IS NOT NULL'
        WHEN 'copied' THEN 'SELECT at, article_id, copy_id AS number, NULL::real AS score FROM news.copying'
        WHEN 'redacted' THEN 'SELECT redacted_at AS at, article_id, 0::bigint AS number, NULL::real AS score FROM news.redaction'
        ELSE 'SELECT returned_at AS at, article_id, id AS number, NULL::real AS score FROM news.absence WHERE returned_at IS NOT NULL' END;
    articles bigint[];
    numbers bigint[];
BEGIN
    EXECUTE 'SELECT array_agg(found.article_id), array_agg(found.number) FROM (
        SELECT event.article_id, event.number
        FROM (' || source || ') AS event JOIN news.article_current AS article ON article.id = event.article_id
        WHERE ($1 IS NULL OR event.article_id = ANY ($1)) AND ($2 IS NULL OR article.words @@ $2)
          AND ($3 IS NULL OR news.labels(article.portal, article.province, article.unit, article.authors, article.section,
                                         article.published_at, article.gone_at) @@ $3)
          AND ($4 IS NULL OR event.at >= $4) AND ($5 IS NULL OR event.at < $5) AND ($6 IS NULL OR event.score IS NULL OR event.score >= $6)
          AND ($7 IS NULL OR event.at <= $7)
          AND ($7 IS NULL OR (event.at, event.article_id, $11, event.number) < ($7, $8, $9, $10))
          AND ($11 <> ''moved'' OR EXISTS (SELECT FROM news.absence WHERE absence.id = event.number AND absence.moved_to IS NOT NULL))
          AND ($11 <> ''back'' OR EXISTS (SELECT FROM news.absence WHERE absence.id = event.number AND absence.moved_to IS NULL
                                                                     AND absence.confirmed_at IS NOT NULL))
          AND ($11 <> ''copied'' OR NOT EXISTS (SELECT FROM news.redaction WHERE redaction.article_id IN (event.article_id, event.number)))
        ORDER BY event.at DESC, event.article_id DESC, event.number DESC
        LIMIT $12) AS found'
    INTO articles, numbers
    USING ids, words, labels, changes_of.since, changes_of.until, least_score, after_at, after_article, after_kind, after_number, wanted_kind, most;
    RETURN QUERY
        SELECT change.* FROM news.change AS change
        WHERE change.kind = wanted_kind AND change.article_id = ANY (articles)
          AND (change.article_id, change.number) IN (SELECT * FROM unnest(articles, numbers));
END
$$;

-- What a database browser shows. Columns of article_revision and of the views are those of article_current.
-- As the owner: who may write articles need not know of this. Nothing is due where nobody watches, or where edits of long ago are
-- written down (tintinh.unwatched).
CREATE FUNCTION news.due_for_watches() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF current_setting('tintinh.unwatched', true) = 'on' OR NOT EXISTS (SELECT FROM news.watch) THEN
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'article_current' THEN
        INSERT INTO news.watch_due (article_id, kind, at, number) SELECT id, 'published', first_seen_at, 0 FROM written;
    ELSIF TG_TABLE_NAME = 'edit' THEN
        INSERT INTO news.watch_due (article_id, kind, at, number) SELECT article_id, 'edited', at, 0 FROM written;
    ELSIF TG_TABLE_NAME = 'copying' THEN
        INSERT INTO news.watch_due (article_id, kind, at, number) SELECT article_id, 'copied', at, copy_id FROM written;
    ELSE
        INSERT INTO news.watch_due (article_id, kind, at, number) SELECT article_id, 'redacted', redacted_at, 0 FROM written;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER article_watched AFTER INSERT ON news.article_current
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION news.due_for_watches();
CREATE TRIGGER edit_watched AFTER INSERT ON news.edit
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION news.due_for_watches();
CREATE TRIGGER copying_watched AFTER INSERT ON news.copying
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION news.due_for_watches();
CREATE TRIGGER redaction_watched AFTER INSERT ON news.redaction
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION news.due_for_watches();

-- An absence is an event once it is confirmed, and another once it is over.
CREATE FUNCTION news.due_for_watches_of_absence() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    earlier news.absence;
BEGIN
    IF NOT EXISTS (SELECT FROM news.watch) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        earlier := OLD;
    END IF;
    IF NEW.confirmed_at IS NOT NULL AND earlier.confirmed_at IS NULL THEN
        INSERT INTO news.watch_due (article_id, kind, at, number) VALUES (NEW.article_id, 'gone', NEW.first_missed_at, NEW.id);
    END IF;
    IF NEW.returned_at IS NOT NULL AND earlier.returned_at IS NULL AND (NEW.confirmed_at IS NOT NULL OR NEW.moved_to IS NOT NULL) THEN
        INSERT INTO news.watch_due (article_id, kind, at, number)
        VALUES (NEW.article_id, CASE WHEN NEW.moved_to IS NULL THEN 'back' ELSE 'moved' END, NEW.returned_at, NEW.id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER absence_watched AFTER INSERT OR UPDATE ON news.absence
    FOR EACH ROW EXECUTE FUNCTION news.due_for_watches_of_absence();

-- Which watches react to which of these events, given as columns: a bit an event says for each lexeme where it is, so that a watch is
-- held only against events that have all that it asks for. An edit counts where the text before or after it matches. Joins by hash: no index helps here.
CREATE FUNCTION news.watches_of(
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
CREATE FUNCTION news.react(most int, OUT events bigint, OUT hits bigint)
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

-- Hits with what happened, as news.change tells it; what was redacted since is left out, and so is a copy that was.
CREATE VIEW news.watched AS
    SELECT hit.id AS hit_id, hit.watch_id, hit.found_at, change.*, article.published_at, article.province
    FROM news.watch_hit AS hit
    JOIN news.article_current AS article ON article.id = hit.article_id
    JOIN LATERAL (
        SELECT one.* FROM news.change AS one
        WHERE one.article_id = hit.article_id AND one.kind = hit.kind AND one.at = hit.at
          AND (hit.kind = 'edited' OR one.number = hit.number)
        LIMIT 1
    ) AS change ON true
    WHERE hit.kind = 'redacted' OR NOT EXISTS (SELECT FROM news.redaction WHERE redaction.article_id = hit.article_id);

COMMENT ON SCHEMA news IS 'News of Vietnam''s provincial police portals, with every earlier state (tintinh)';
COMMENT ON TABLE news.migration IS 'Which migrations this database has seen';
COMMENT ON COLUMN news.migration.finished_at IS 'When the work that may come after a release was done; null where there is none, or it waits';
COMMENT ON TABLE news.database IS 'One row: tells this database from every other, so that a spool never lands in the wrong one';
COMMENT ON TABLE news.province IS 'The 63 provinces before 2025-07-01; those that have ended have a successor';
COMMENT ON COLUMN news.province.ended_on IS 'The first day on which it was part of its successor';
COMMENT ON COLUMN news.province.former_name IS 'Its name until changed_on, where name or rank changed';
COMMENT ON COLUMN news.province.former_kind IS 'Its rank until changed_on, where name or rank changed';
COMMENT ON COLUMN news.province.changed_on IS 'The first day of its present name and rank';
COMMENT ON VIEW news.article IS 'Articles as they are now';
COMMENT ON TABLE news.article_current IS 'Articles as they are now, as they are written; readers use the view news.article';
COMMENT ON COLUMN news.article_current.portal IS 'The spider''s name';
COMMENT ON COLUMN news.article_current.province IS 'Province of the portal, as its file says; what it is part of today is province_now of the view';
COMMENT ON COLUMN news.article_current.platform IS 'Content-management system that the page was read by';
COMMENT ON COLUMN news.article_current.identity IS 'The same for every address of the article';
COMMENT ON COLUMN news.article_current.url IS 'The address under which it was met first, after a move the new one';
-- lines all: COMMENT ON COLUMN news.article_current.{name} IS {about};
COMMENT ON COLUMN news.article_current.title IS 'As printed; NFC, white space collapsed';
COMMENT ON COLUMN news.article_current.published_at IS 'When the portal says that it was published; null where it says nothing';
COMMENT ON COLUMN news.article_current.published_raw IS 'The text that published_at was read from';
COMMENT ON COLUMN news.article_current.published_precision IS 'What the portal tells of published_at: second, minute, hour, day, month or year';
COMMENT ON COLUMN news.article_current.byline IS 'As printed; NFC, white space collapsed';
COMMENT ON COLUMN news.article_current.authors IS 'People and pen names of the byline';
COMMENT ON COLUMN news.article_current.unit IS 'Unit that signs: its code, else its name as printed';
COMMENT ON COLUMN news.article_current.credit IS 'Where the article was taken from';
COMMENT ON COLUMN news.article_current.lead IS 'The teaser, where the page sets one apart; part of body';
COMMENT ON COLUMN news.article_current.body IS 'The whole text, paragraphs separated by a blank line';
COMMENT ON COLUMN news.article_current.body_html IS 'The same, sanitized markup';
COMMENT ON COLUMN news.article_current.section IS 'As printed';
COMMENT ON COLUMN news.article_current.images IS '[{"url", "caption"}]';
COMMENT ON COLUMN news.article_current.attachments IS '[{"url", "name"}]';
COMMENT ON COLUMN news.article_current.extracted_by IS 'For each field the rule that gave it, and what speaks against it';
COMMENT ON COLUMN news.article_current.rules IS 'The rules that read this state: a digest of the code and libraries that its platform reads with';
-- end
COMMENT ON COLUMN news.article_current.content_hash IS 'Changes if and only if a published field changes';
COMMENT ON COLUMN news.article_current.revision IS '1, 2, …; the states before are in news.article_revision';
COMMENT ON COLUMN news.article_current.first_seen_at IS 'When a crawl met it first';
COMMENT ON COLUMN news.article_current.changed_at IS 'When this state was met first, or made by newer rules';
COMMENT ON COLUMN news.article_current.gone_at IS 'When it was first missed, once a second sighting has confirmed that; the text stays';
COMMENT ON COLUMN news.article_current.words IS 'Title (A), byline (B) and text without diacritics, with their places';
COMMENT ON COLUMN news.article_current.made_by IS 'What made this state: the portal (edited) or newer rules over the same page (reextracted)';
COMMENT ON VIEW news.article_state IS 'Every state of every article, the present one with valid_to null; changed_at is when a state began';
COMMENT ON TABLE news.article_revision IS 'Every earlier state of an article, with its fields as they were';
COMMENT ON COLUMN news.article_revision.valid_from IS 'When this state was met first; its response in news.fetch has the same moment';
COMMENT ON COLUMN news.article_revision.valid_to IS 'When the next state was met first';
COMMENT ON COLUMN news.article_revision.words IS 'What it is searched by; null of what was redacted';
COMMENT ON TABLE news.sighting IS 'When an article was last met, and the validators to ask again with';
COMMENT ON COLUMN news.sighting.unread_by IS 'The rules that last found no article in what is archived of it';
COMMENT ON TABLE news.article_address IS 'Every address an article was met under';
COMMENT ON TABLE news.redaction IS 'Articles whose text was removed for a legal request; they are not stored again';
COMMENT ON TABLE news.absence IS 'Times when an article was not there';
COMMENT ON COLUMN news.absence.how IS 'removed (404, 410), soft_404 (a page that says so), redirect_home, redirect_section, redirect_article';
COMMENT ON COLUMN news.absence.url IS 'What was asked for';
COMMENT ON COLUMN news.absence.led_to IS 'Where a redirect ended';
COMMENT ON COLUMN news.absence.confirmed_at IS 'When it was missed again, hours after the first time';
COMMENT ON COLUMN news.absence.returned_at IS 'When it was met again, be it elsewhere';
COMMENT ON COLUMN news.absence.moved_to IS 'The new address of an article that has moved';
COMMENT ON COLUMN news.absence.merged_id IS 'Id of what was taken for another article until the move was seen';
COMMENT ON TABLE news.fingerprint IS 'What an article''s text has in common with others; made from the articles, can be made anew';
COMMENT ON COLUMN news.fingerprint.content_hash IS 'Of the state it was made from';
COMMENT ON COLUMN news.fingerprint.keys IS 'Like texts have some in common; none: too little text to compare';
COMMENT ON COLUMN news.fingerprint.cluster IS 'The lowest id among near-identical articles; null: nothing is like it';
COMMENT ON TABLE news.likeness IS 'Articles that are near-identical';
COMMENT ON COLUMN news.likeness.likeness IS 'The share of word triples that they have in common';
COMMENT ON TABLE news.fingerprint_due IS 'Articles that were written and not compared since, once for every time';
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
COMMENT ON TABLE news.unit_code IS 'Codes that departments sign with, as far as public material tells';
COMMENT ON COLUMN news.unit_code.confirmed IS 'A public page or the portals themselves use code and name together; else the meaning is what bylines appear to say';
COMMENT ON VIEW news.unit IS 'Units that sign, one row a unit and province of today, with every spelling that articles have';
COMMENT ON COLUMN news.unit.code IS 'Its code; null for a unit that signs by name';
COMMENT ON COLUMN news.unit.name IS 'What the code stands for, else the usual spelling that is not all capitals';
COMMENT ON COLUMN news.unit.valid_to IS 'The last day of the code; portals went on using some';
COMMENT ON COLUMN news.unit.successors IS 'Codes that followed';
COMMENT ON VIEW news.author IS 'People and pen names who sign, with how much and for whom; CTV, P.V and the like are left out';
COMMENT ON VIEW news.day IS 'Articles by day of Vietnam and portal, and how many of them were edited or are gone; without those that tell no date';
COMMENT ON VIEW news.state IS 'Every state of every article with the fields that differ from the state before, and who changed them';
COMMENT ON COLUMN news.state.changed_by IS 'first, portal (it edited) or rules (newer ones read the same page)';
COMMENT ON VIEW news.takedown IS 'Articles that were taken down, once each time, with what came of it';
COMMENT ON COLUMN news.takedown.lived IS 'From publication until it was first missed';
COMMENT ON VIEW news.delay IS 'How long after publication each article was met first; negative where a portal dates ahead';
COMMENT ON COLUMN news.article.published_on IS 'The day of published_at in Vietnam';
COMMENT ON COLUMN news.sighting.visits IS 'How often the article was asked again';
COMMENT ON TABLE news.list IS 'Lists, feeds and sitemaps of portals, and when they are due';
COMMENT ON COLUMN news.list.key IS 'The list''s name in a crawl: what the addresses of its pages have in common';
COMMENT ON COLUMN news.list.every IS 'How long it rests: half as long after news, half as long again without, from an hour to three days';
COMMENT ON COLUMN news.list.read_at IS 'When it was read last';
COMMENT ON COLUMN news.list.new_at IS 'When it last showed an article that nobody knew';
COMMENT ON COLUMN news.list.next_due IS 'When it is due';
COMMENT ON TABLE news.portal IS 'Portals that are crawled, and what was set for them';
COMMENT ON COLUMN news.portal.name IS 'The portal of articles, runs and fetches';
COMMENT ON COLUMN news.portal.origin IS 'file: it has a portal file, whose facts count; added: a user added it, or crawled it with --site';
COMMENT ON COLUMN news.portal.home IS 'Where a crawl begins';
COMMENT ON COLUMN news.portal.hosts IS 'Its hosts, without www., with the port where it is not the usual one';
COMMENT ON COLUMN news.portal.province IS 'Province that its articles get; null where nobody said';
COMMENT ON COLUMN news.portal.platform IS 'Platform that the file or the user names; null: found by looking';
COMMENT ON COLUMN news.portal.sections IS 'Sections that a crawl asks for whatever the menu says';
COMMENT ON COLUMN news.portal.browser IS 'Whether its lists are opened in a browser';
COMMENT ON COLUMN news.portal.daily_requests IS 'Requests a day, at most; null: no limit';
COMMENT ON COLUMN news.portal.opens_at IS 'From when on it may be crawled, Vietnam time; null: always';
COMMENT ON COLUMN news.portal.closes_at IS 'Until when it may be crawled, Vietnam time, the next morning where it is earlier than opens_at';
COMMENT ON COLUMN news.portal.ended_at IS 'When a user removed it; it is crawled no more, what it published stays';
COMMENT ON TABLE news.run IS 'Runs with their figures';
COMMENT ON COLUMN news.run.complete IS 'Every list was followed to its end';
COMMENT ON COLUMN news.run.listed IS 'Articles that lists named';
COMMENT ON COLUMN news.run.bytes IS 'Bytes of responses, as they came';
COMMENT ON COLUMN news.run.reached IS 'The id that a re-extraction came to';
COMMENT ON COLUMN news.run.rules IS 'Digest of the extraction rules that it read with';
COMMENT ON COLUMN news.run.accounts IS 'What became of everything a run met: lists, feeds, sitemaps, pages that were no articles';
COMMENT ON TABLE news.host IS 'Hosts and how they are to be asked';
COMMENT ON COLUMN news.host.host IS 'The host''s name, without port';
COMMENT ON COLUMN news.host.address IS 'The network address that its name led to last; hosts of one address are asked one after the other';
COMMENT ON COLUMN news.host.delay IS 'Seconds between two requests, as its answers showed';
COMMENT ON COLUMN news.host.crawl_delay IS 'Seconds between two requests that its robots.txt asks for, at most those that are kept';
COMMENT ON COLUMN news.host.failures IS 'Refusals (429, 503) in a row; forgiven after thirty minutes without one';
COMMENT ON COLUMN news.host.refused_at IS 'When it refused last';
COMMENT ON COLUMN news.host.blocked_until IS 'Until when it is left alone';
COMMENT ON COLUMN news.host.robots_failing_since IS 'Since when its robots.txt gives only errors of the server, which is a no';
COMMENT ON COLUMN news.host.asked_at IS 'When it answered last';
COMMENT ON COLUMN news.host.next_due IS 'When it may be asked again';
COMMENT ON COLUMN news.host.run_id IS 'The run that asks it, or asked it last; as long as that goes on, its session holds a lock of the host';
COMMENT ON COLUMN news.host.validators_lie IS 'A page of it changed and bore the ETag or Last-Modified of before: it is asked without them';
COMMENT ON COLUMN news.host.robots_url IS 'The robots.txt that was read last';
COMMENT ON COLUMN news.host.robots_text IS 'What it said, if it is short; empty where there is none. A crawl of what is due asks for it once a day';
COMMENT ON COLUMN news.host.robots_read_at IS 'When it was read';
COMMENT ON TABLE news.fetch IS 'Every response, and every request that got none (status null)';
COMMENT ON COLUMN news.fetch.bytes IS 'Bytes of the payload as it came';
COMMENT ON COLUMN news.fetch.digest IS 'SHA-256 of the payload, hexadecimal';
COMMENT ON COLUMN news.fetch.archive_file IS 'WARC file, from the archive''s folder';
COMMENT ON COLUMN news.fetch.archive_offset IS 'Where its record begins there, bytes';
COMMENT ON COLUMN news.fetch.archive_length IS 'Length of its record, bytes';
COMMENT ON COLUMN news.fetch.archive_type IS 'response: the page itself; revisit: it had not changed since the last response';
COMMENT ON COLUMN news.fetch.address IS 'IP address that answered; null where none did or it is unknown';
COMMENT ON TABLE news.reject IS 'Items that could not be stored, with why';
COMMENT ON COLUMN news.reject.item IS 'As it came: it may not even be text';
COMMENT ON VIEW news.coverage IS 'Portals by day of Vietnam: how each day was looked at; state is complete, quiet (looked at, nothing new), partial, running, blocked, failed, interrupted or no_run';
COMMENT ON COLUMN news.coverage.listed IS 'Articles that lists named, in the run that met most';
COMMENT ON COLUMN news.coverage.stored IS 'States of articles that the day''s runs stored: new ones and edits';
COMMENT ON COLUMN news.coverage.share IS 'Of the listed articles, the share that was not lost, rejected or left out, in the best run of the day';
COMMENT ON COLUMN news.coverage.causes IS 'Classes of what marred the day''s runs, see news.run_cause';
COMMENT ON COLUMN news.coverage.why IS 'What the last run that was marred says of it';
COMMENT ON COLUMN news.coverage.published IS 'Stored articles that the portal dates to this day, whenever they were met';
COMMENT ON COLUMN news.coverage.covered_at IS 'When the first run ended that began after the day and followed every list: from then on no gap';
COMMENT ON VIEW news.portal_health IS 'State of each portal by its runs: fine, quiet, thin, broken, blocked, never; the first rule that applies';
COMMENT ON COLUMN news.portal_health.cause IS 'Class of what is wrong: dns, refused, tls, timeout, 404, server, robots, blocked, layout, no_articles, fields, fewer_listed, rejected, duplicates, truncated, requests, outage, dead_lists, stopped, crash, no_news, other';
COMMENT ON COLUMN news.portal_health.failing_since IS 'The first run after the last good one that was not good';
COMMENT ON COLUMN news.portal_health.usually_listed IS 'The median of the last twenty good runs that read every list';
COMMENT ON COLUMN news.portal_health.longest_gap IS '99 of 100 times between two of its newest thousand articles are shorter; a day at least';
COMMENT ON COLUMN news.run.lease_until IS 'Until when its worker holds a run that is going on; null where no worker runs it';
COMMENT ON VIEW news.portal_due IS 'When each portal is crawled next by workers, and why then; due_at is null while a run goes on';
COMMENT ON TABLE news.token IS 'Bearer tokens of the API: their SHA-256, never themselves';
COMMENT ON TABLE news.notice_state IS 'What each target was last told of a portal';
COMMENT ON COLUMN news.notice_state.target IS 'Digest of the address that is told';
COMMENT ON TABLE news.notice IS 'Notices of portals that changed their state, with when they were sent';
COMMENT ON COLUMN news.notice.before IS 'The state that the target was told before';
COMMENT ON COLUMN news.notice.sent_at IS 'When the target took it; null: it waits';
COMMENT ON COLUMN news.notice.next_try IS 'Not before this moment it is tried again';
COMMENT ON TABLE news.watch IS 'Saved searches that tell what happens to the articles that match';
COMMENT ON COLUMN news.watch.filters IS 'As they were typed, by the names of search';
COMMENT ON COLUMN news.watch.kinds IS 'Kinds of news.change that it reacts to';
COMMENT ON COLUMN news.watch.least IS 'The least score of an edit';
COMMENT ON COLUMN news.watch.is_open IS 'No lexeme is certain to be in what matches: it is held against every event';
COMMENT ON COLUMN news.watch.quiet_from IS 'From this time of the day in Vietnam to quiet_to nothing is sent';
COMMENT ON COLUMN news.watch.digest IS 'There is at most one notice in this time';
COMMENT ON COLUMN news.watch.told_at IS 'When its last notice was made';
COMMENT ON TABLE news.watch_key IS 'Lexemes of which an article that matches has one a clause, made from the watch';
COMMENT ON TABLE news.watch_address IS 'Where a watch tells, with the secret that signs; not for readers';
COMMENT ON TABLE news.watch_due IS 'Events that no watch was held against yet';
COMMENT ON TABLE news.watch_hit IS 'Events that watches reacted to, once each';
COMMENT ON COLUMN news.watch_hit.number IS 'As in news.change; 0 of an edit';
COMMENT ON COLUMN news.watch_hit.waits IS 'It is in no notice yet';
COMMENT ON VIEW news.watched IS 'Hits of watches with what happened, without what was redacted';
COMMENT ON COLUMN news.notice.address_id IS 'Of a notice of a watch: where it goes; target is made of it';
COMMENT ON COLUMN news.notice.hits IS 'Of a notice of a watch: what it tells';
