SELECT article.id, article.identity, article.url, article.content_hash, article.changed_at,
       greatest(sighting.last_seen_at, article.changed_at) AS last_seen_at
FROM news.article_current AS article
LEFT JOIN news.sighting ON sighting.article_id = article.id
WHERE article.identity = ANY (%(identities)s::text[]) OR article.url = ANY (%(urls)s::text[]);
