INSERT INTO news.article_revision (
    article_id, revision, valid_from, valid_to, url, title, published_at, published_raw, published_precision, byline,
    authors, unit, credit, lead, body, body_html, section, images, attachments, content_hash, extracted_by, made_by
)
SELECT id, revision, changed_at, %(valid_to)s::timestamptz, url, title, published_at, published_raw, published_precision,
       byline, authors, unit, credit, lead, body, body_html, section, images, attachments, content_hash, extracted_by, made_by
FROM news.article_current WHERE id = %(id)s::bigint;
