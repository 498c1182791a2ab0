SELECT article.id, article.identity, article.url, article.content_hash, article.changed_at,
       coalesce(sighting.last_seen_at, article.changed_at) AS last_seen_at, article.made_by, article.rules
FROM news.article_current AS article
LEFT JOIN news.sighting ON sighting.article_id = article.id
WHERE article.identity = ANY (%(identities)s::text[]) OR article.url = ANY (%(urls)s::text[]);
