-- What made a state: the portal, or newer rules over the same page.
ALTER TABLE news.article_current ADD COLUMN made_by text NOT NULL DEFAULT 'edited'
    CONSTRAINT article_made_by CHECK (made_by IN ('edited', 'reextracted'));
ALTER TABLE news.article_revision ADD COLUMN made_by text NOT NULL DEFAULT 'edited'
    CONSTRAINT revision_made_by CHECK (made_by IN ('edited', 'reextracted'));

-- changed_at may now be the moment of a re-extraction, which is no sighting.
CREATE OR REPLACE VIEW news.article AS
    SELECT article.id, portal, article.province, platform, url, title, published_at, published_raw, published_precision,
           byline, authors, unit, credit, lead, body, body_html, section, images, attachments, content_hash,
           revision, first_seen_at, coalesce(sighting.last_seen_at, article.changed_at) AS last_seen_at,
           changed_at, gone_at, extracted_by, identity, coalesce(province.successor, article.province) AS province_now, made_by
    FROM news.article_current AS article
    LEFT JOIN news.sighting ON sighting.article_id = article.id
    LEFT JOIN news.province AS province ON province.slug = article.province;

ALTER TABLE news.run DROP CONSTRAINT run_kind_check;
ALTER TABLE news.run ADD CONSTRAINT run_kind_check CHECK (kind IN ('crawl', 'fetch', 'ingest', 'reextract'));
-- How far a re-extraction came, and with which rules: an interrupted one goes on from there.
ALTER TABLE news.run ADD COLUMN reached bigint;
ALTER TABLE news.run ADD COLUMN rules text;
