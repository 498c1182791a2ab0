-- Which of the articles that are about to be stored other rules than today's read last.
SELECT article.id
FROM news.article_current AS article
CROSS JOIN LATERAL (SELECT (%(rules)s::text[])[array_position(%(platforms)s::text[], article.platform)] AS rules) AS today
WHERE article.portal = %(portal)s::text AND article.platform = ANY (%(platforms)s::text[])
  AND (article.identity = ANY (%(identities)s::text[]) OR article.url = ANY (%(urls)s::text[]))
  AND article.rules IS DISTINCT FROM today.rules
  AND (SELECT unread_by FROM news.sighting WHERE article_id = article.id) IS DISTINCT FROM today.rules
  AND NOT EXISTS (SELECT FROM news.redaction WHERE redaction.article_id = article.id)
ORDER BY article.id;
