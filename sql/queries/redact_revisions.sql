UPDATE news.article_revision SET
    title = '[redacted]', byline = NULL, authors = '{}', unit = NULL, credit = NULL, lead = NULL, body = '', body_html = '',
    images = '[]', attachments = '[]', published_raw = NULL, content_hash = 'redacted', extracted_by = '{}'
WHERE article_id = %(id)s::bigint;
