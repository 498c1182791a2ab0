-- Articles that other rules than today's read last, and in whose pages today's have not looked in vain.
SELECT article.id
FROM news.article_current AS article
CROSS JOIN LATERAL (SELECT (%(rules)s::text[])[array_position(%(platforms)s::text[], article.platform)] AS rules) AS today
WHERE article.portal = %(portal)s::text AND article.platform = ANY (%(platforms)s::text[])
  AND article.id > %(after)s::bigint
  AND article.rules IS DISTINCT FROM today.rules
  AND (SELECT unread_by FROM news.sighting WHERE article_id = article.id) IS DISTINCT FROM today.rules
  AND NOT EXISTS (SELECT FROM news.redaction WHERE redaction.article_id = article.id)
ORDER BY article.id
LIMIT %(most)s::int;
