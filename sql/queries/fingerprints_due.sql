SELECT article.id, left(article.body, %(longest)s::int), made.content_hash IS NOT DISTINCT FROM article.content_hash, article.content_hash
FROM news.fingerprint_due AS due
JOIN news.article_current AS article ON article.id = due.article_id
LEFT JOIN news.fingerprint AS made ON made.article_id = due.article_id
ORDER BY due.article_id
LIMIT %(most)s::int;
