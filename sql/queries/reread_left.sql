-- How many articles reread_next would give.
SELECT count(*)
FROM news.article_current AS article
CROSS JOIN LATERAL (SELECT (%(rules)s::text[])[array_position(%(platforms)s::text[], article.platform)] AS rules) AS today
LEFT JOIN news.sighting ON sighting.article_id = article.id
WHERE article.portal = %(portal)s::text AND article.platform = ANY (%(platforms)s::text[])
  AND article.rules IS DISTINCT FROM today.rules AND sighting.unread_by IS DISTINCT FROM today.rules
  AND NOT EXISTS (SELECT FROM news.redaction WHERE redaction.article_id = article.id);
