SELECT reason, redacted_by, redacted_at FROM news.redaction WHERE article_id = %(id)s::bigint;
