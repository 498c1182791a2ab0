-- Which rules read a state, so that newer ones read only what others have read; every state of every article in one view,
-- so that the next column is added to two tables and two views.

ALTER TABLE news.article_current ADD rules text;
ALTER TABLE news.article_revision ADD rules text;
ALTER TABLE news.sighting ADD unread_by text;  -- the rules that last found no article in what is archived of it
CREATE INDEX article_rules ON news.article_current (portal, id) INCLUDE (platform, rules);

CREATE OR REPLACE VIEW news.article AS
    SELECT article.id, portal, article.province, platform, url, title, published_at, published_raw, published_precision,
           byline, authors, unit, credit, lead, body, body_html, section, images, attachments, article.content_hash,
           revision, first_seen_at, coalesce(sighting.last_seen_at, article.changed_at) AS last_seen_at,
           changed_at, gone_at, extracted_by, article.identity, coalesce(province.successor, article.province) AS province_now,
           made_by, redaction.redacted_at, fingerprint.cluster
           , article.rules
    FROM news.article_current AS article
    LEFT JOIN news.sighting ON sighting.article_id = article.id
    LEFT JOIN news.province AS province ON province.slug = article.province
    LEFT JOIN news.redaction ON redaction.article_id = article.id
    LEFT JOIN news.fingerprint ON fingerprint.article_id = article.id;

-- Every state of every article, the present one with valid_to null; changed_at is when a state began.
CREATE VIEW news.article_state AS
    SELECT article.id, article.portal, article.province, article.platform, article.url, article.title,
           article.published_at, article.published_raw, article.published_precision, article.byline, article.authors,
           article.unit, article.credit, article.lead, article.body, article.body_html, article.section, article.images,
           article.attachments, article.content_hash, article.revision, article.first_seen_at, article.changed_at,
           article.extracted_by, article.identity, article.made_by, NULL::timestamptz AS valid_to
           , article.rules
    FROM news.article_current AS article
    UNION ALL
    SELECT article.id, article.portal, article.province, article.platform, state.url, state.title,
           state.published_at, state.published_raw, state.published_precision, state.byline, state.authors,
           state.unit, state.credit, state.lead, state.body, state.body_html, state.section, state.images,
           state.attachments, state.content_hash, state.revision, article.first_seen_at, state.valid_from,
           state.extracted_by, article.identity, state.made_by, state.valid_to
           , state.rules
    FROM news.article_revision AS state
    JOIN news.article_current AS article ON article.id = state.article_id;

DROP FUNCTION news.article_as_of(timestamptz);
-- The articles as they stood in this database at a moment: what news.article had then, as far as it can still be
-- known. When an article was last seen before it, and whether it was taken down then, cannot.
CREATE FUNCTION news.article_as_of(moment timestamptz) RETURNS SETOF news.article_state
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT * FROM news.article_state AS state
    WHERE state.changed_at <= moment AND (state.valid_to IS NULL OR moment < state.valid_to);
$$;
