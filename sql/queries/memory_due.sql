SELECT article.url, article.identity, sighting.etag, sighting.last_modified
FROM news.article_current AS article
LEFT JOIN news.sighting ON sighting.article_id = article.id
WHERE article.portal = %(portal)s AND article.gone_at IS NULL
ORDER BY sighting.last_seen_at NULLS FIRST, article.published_at DESC NULLS LAST
LIMIT %(most)s;
