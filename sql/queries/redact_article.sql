UPDATE news.article_current SET
    title = '[redacted]', byline = NULL, authors = '{}', unit = NULL, credit = NULL, lead = NULL, body = '', body_html = '',
    images = '[]', attachments = '[]', published_raw = NULL, content_hash = 'redacted', extracted_by = '{}'
WHERE id = %(id)s::bigint;
