INSERT INTO news.article_revision (
    article_id, revision, valid_from, valid_to, url, title, published_at, published_raw, published_precision, byline,
    authors, unit, credit, lead, body, body_html, section, images, attachments, content_hash, extracted_by, made_by
)
SELECT article.id, article.revision, article.changed_at, incoming.fetched_at, article.url, article.title,
       article.published_at, article.published_raw, article.published_precision, article.byline, article.authors,
       article.unit, article.credit, article.lead, article.body, article.body_html, article.section, article.images,
       article.attachments, article.content_hash, article.extracted_by, article.made_by
FROM news.article_current AS article
JOIN incoming USING (identity)
WHERE article.content_hash IS DISTINCT FROM incoming.content_hash;
