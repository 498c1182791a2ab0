INSERT INTO news.redaction (article_id, identity, reason, redacted_by)
SELECT id, identity, %(reason)s::text, %(by)s::text FROM news.article_current WHERE id = %(id)s::bigint
ON CONFLICT (article_id) DO NOTHING;
