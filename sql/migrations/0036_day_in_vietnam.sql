-- Rows of years that no calendar of a reader has are read: they have no day.
-- The day in Vietnam; null in years that no reader's calendar has.
CREATE OR REPLACE FUNCTION news.day_in_vietnam(moment timestamptz) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN moment BETWEEN '1000-01-01 00:00Z' AND '9999-01-01 00:00Z' THEN (moment AT TIME ZONE 'Asia/Ho_Chi_Minh')::date END;
$$;

CREATE OR REPLACE VIEW news.article AS
    SELECT article.id, portal, article.province, platform, url, title, published_at, published_raw, published_precision,
           byline, authors, unit, credit, lead, body, body_html, section, images, attachments, article.content_hash,
           revision, first_seen_at, coalesce(sighting.last_seen_at, article.changed_at) AS last_seen_at,
           changed_at, gone_at, extracted_by, article.identity, coalesce(province.successor, article.province) AS province_now,
           made_by, redaction.redacted_at, fingerprint.cluster
           , article.rules
           , news.day_in_vietnam(article.published_at) AS published_on
    FROM news.article_current AS article
    LEFT JOIN news.sighting ON sighting.article_id = article.id
    LEFT JOIN news.province AS province ON province.slug = article.province
    LEFT JOIN news.redaction ON redaction.article_id = article.id
    LEFT JOIN news.fingerprint ON fingerprint.article_id = article.id;

CREATE OR REPLACE VIEW news.unit AS
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

CREATE OR REPLACE VIEW news.author AS
    SELECT signed.name, count(*) AS articles, array_agg(DISTINCT article.portal) AS portals,
           array_agg(DISTINCT article.unit) FILTER (WHERE article.unit IS NOT NULL) AS units,
           news.day_in_vietnam(min(article.published_at)) AS first_on,
           news.day_in_vietnam(max(article.published_at)) AS last_on
    FROM news.article_current AS article, unnest(article.authors) AS signed (name)
    WHERE regexp_replace(news.fold(signed.name), '[^a-z]', '', 'g') NOT IN
          ('ctv', 'pv', 'btv', 'bbt', 'tt', 'nhompv', 'congtacvien', 'phongvien', 'bientapvien', 'banbientap', 'tonghop')
    GROUP BY signed.name;

CREATE OR REPLACE VIEW news.day AS
    SELECT news.day_in_vietnam(article.published_at) AS published_on, article.portal, article.province,
           coalesce(province.successor, article.province) AS province_now, count(*) AS articles,
           count(*) FILTER (WHERE EXISTS (SELECT FROM news.edit WHERE edit.article_id = article.id)) AS edited,
           count(article.gone_at) AS gone
    FROM news.article_current AS article
    LEFT JOIN news.province AS province ON province.slug = article.province
    WHERE article.published_at IS NOT NULL
    GROUP BY 1, 2, 3, 4;

CREATE OR REPLACE VIEW news.takedown AS
    SELECT absence.article_id, article.portal, article.title, article.url, article.published_at,
           news.day_in_vietnam(article.published_at) AS published_on, absence.first_missed_at AS gone_at,
           absence.confirmed_at, absence.how, absence.returned_at, absence.first_missed_at - article.published_at AS lived
    FROM news.absence JOIN news.article_current AS article ON article.id = absence.article_id
    WHERE absence.confirmed_at IS NOT NULL AND absence.moved_to IS NULL;

CREATE OR REPLACE VIEW news.delay AS
    SELECT id AS article_id, portal, published_at, news.day_in_vietnam(published_at) AS published_on, published_precision,
           first_seen_at, first_seen_at - published_at AS delay
    FROM news.article_current WHERE published_at IS NOT NULL;

CREATE OR REPLACE VIEW news.article_state AS
    SELECT article.id, article.portal, article.province, article.platform, article.url, article.title,
           article.published_at, article.published_raw, article.published_precision, article.byline, article.authors,
           article.unit, article.credit, article.lead, article.body, article.body_html, article.section, article.images,
           article.attachments, article.content_hash, article.revision, article.first_seen_at, article.changed_at,
           article.extracted_by, article.identity, article.made_by, NULL::timestamptz AS valid_to
           , article.rules
           , news.day_in_vietnam(article.published_at) AS published_on
    FROM news.article_current AS article
    UNION ALL
    SELECT article.id, article.portal, article.province, article.platform, state.url, state.title,
           state.published_at, state.published_raw, state.published_precision, state.byline, state.authors,
           state.unit, state.credit, state.lead, state.body, state.body_html, state.section, state.images,
           state.attachments, state.content_hash, state.revision, article.first_seen_at, state.valid_from,
           state.extracted_by, article.identity, state.made_by, state.valid_to
           , state.rules
           , news.day_in_vietnam(state.published_at) AS published_on
    FROM news.article_revision AS state
    JOIN news.article_current AS article ON article.id = state.article_id;
