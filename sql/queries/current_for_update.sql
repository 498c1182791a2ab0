SELECT revision, valid_from, content_hash, made_by FROM news.article_revision WHERE article_id = %(id)s::bigint
UNION ALL
SELECT revision, changed_at, content_hash, made_by FROM news.article_current WHERE id = %(id)s::bigint
ORDER BY valid_from;
