-- Articles whose text was removed for a legal request: who did it, when and why. What a crawl finds of them later is
-- not stored: neither under their identity nor under any address they were met under.
CREATE TABLE news.redaction (
    article_id  bigint PRIMARY KEY REFERENCES news.article_current,
    identity    text NOT NULL CONSTRAINT redaction_identity UNIQUE,
    reason      text NOT NULL CHECK (btrim(reason) <> ''),
    redacted_by text NOT NULL,
    redacted_at timestamptz NOT NULL DEFAULT now()
);

CREATE OR REPLACE VIEW news.article AS
    SELECT article.id, portal, article.province, platform, url, title, published_at, published_raw, published_precision,
           byline, authors, unit, credit, lead, body, body_html, section, images, attachments, content_hash,
           revision, first_seen_at, coalesce(sighting.last_seen_at, article.changed_at) AS last_seen_at,
           changed_at, gone_at, extracted_by, article.identity, coalesce(province.successor, article.province) AS province_now,
           made_by, redaction.redacted_at
    FROM news.article_current AS article
    LEFT JOIN news.sighting ON sighting.article_id = article.id
    LEFT JOIN news.province AS province ON province.slug = article.province
    LEFT JOIN news.redaction ON redaction.article_id = article.id;
