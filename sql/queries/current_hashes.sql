SELECT identity, content_hash, changed_at FROM news.article_current WHERE identity = ANY (%(identities)s::text[]);
