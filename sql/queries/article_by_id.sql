SELECT article.id, article.portal, article.province, article.platform, article.url, article.title, article.published_at,
       article.published_raw, article.published_precision, article.byline, article.authors, article.unit, article.credit,
       article.lead, article.body, article.body_html, article.section, article.images, article.attachments,
       article.content_hash, article.revision, article.first_seen_at, article.last_seen_at, article.changed_at,
       article.gone_at, article.extracted_by, article.province_now, article.made_by, article.redacted_at,
       article.cluster
FROM news.article AS article
WHERE article.id = coalesce((SELECT article_id FROM news.absence WHERE merged_id = %(id)s::bigint), %(id)s::bigint);
