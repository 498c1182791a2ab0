INSERT INTO news.article_current AS article (
    portal, province, platform, identity, url, title, published_at, published_raw, published_precision, byline, authors,
    unit, credit, lead, body, body_html, section, images, attachments, content_hash, first_seen_at, changed_at, extracted_by, made_by
)
SELECT portal, province, platform, identity, url, title, published_at, published_raw, published_precision, byline, authors,
       unit, credit, lead, body, body_html, section, images, attachments, content_hash, fetched_at, fetched_at, extracted_by, made_by
FROM incoming
ON CONFLICT ON CONSTRAINT article_identity DO UPDATE SET
    title = excluded.title, published_at = excluded.published_at, published_raw = excluded.published_raw,
    published_precision = excluded.published_precision, byline = excluded.byline, authors = excluded.authors,
    unit = excluded.unit, credit = excluded.credit, lead = excluded.lead, body = excluded.body,
    body_html = excluded.body_html, section = excluded.section, images = excluded.images,
    attachments = excluded.attachments, content_hash = excluded.content_hash, changed_at = excluded.changed_at,
    extracted_by = excluded.extracted_by, platform = excluded.platform, province = excluded.province, made_by = excluded.made_by,
    revision = article.revision + 1
WHERE article.content_hash IS DISTINCT FROM excluded.content_hash
RETURNING article.id, article.identity;
