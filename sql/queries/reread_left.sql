-- How many articles reread_next would give.
SELECT count(*)
FROM unnest(%(platforms)s::text[], %(rules)s::text[]) AS today (platform, rules)
JOIN news.article_current AS article ON article.portal = %(portal)s::text AND article.platform = today.platform
LEFT JOIN news.sighting ON sighting.article_id = article.id
WHERE article.rules IS DISTINCT FROM today.rules AND sighting.unread_by IS DISTINCT FROM today.rules
  AND NOT EXISTS (SELECT FROM news.redaction WHERE redaction.article_id = article.id)
  AND EXISTS (SELECT FROM news.fetch AS page WHERE page.portal = %(portal)s::text AND page.archive_file IS NOT NULL);
