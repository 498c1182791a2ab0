-- Which of the articles that are about to be stored other rules than today's read last.
SELECT article.id
FROM unnest(%(platforms)s::text[], %(rules)s::text[]) AS today (platform, rules)
JOIN news.article_current AS article ON article.portal = %(portal)s::text AND article.platform = today.platform
LEFT JOIN news.sighting ON sighting.article_id = article.id
WHERE (article.identity = ANY (%(identities)s::text[]) OR article.url = ANY (%(urls)s::text[]))
  AND article.rules IS DISTINCT FROM today.rules AND sighting.unread_by IS DISTINCT FROM today.rules
ORDER BY article.id;
