SELECT revision, valid_from, valid_to, title, published_at, byline, authors, unit, credit, lead, body, section, images, attachments, made_by
FROM news.article_revision WHERE article_id = %(id)s::bigint
UNION ALL
SELECT revision, changed_at, NULL, title, published_at, byline, authors, unit, credit, lead, body, section, images, attachments, made_by
FROM news.article_current WHERE id = %(id)s::bigint
ORDER BY revision;
