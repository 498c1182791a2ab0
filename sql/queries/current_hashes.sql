SELECT identity, content_hash, changed_at FROM news.article_current AS article
WHERE identity = ANY (%(identities)s::text[])
  AND NOT EXISTS (SELECT FROM news.redaction WHERE redaction.article_id = article.id);
