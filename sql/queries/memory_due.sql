-- Missed once comes first, the rest in turn, what is gone included. No validators for what was missed: a page that says
-- so would be “not modified”.
SELECT article.url, article.identity, CASE WHEN absence.id IS NULL THEN sighting.etag END,
       CASE WHEN absence.id IS NULL THEN sighting.last_modified END, absence.id IS NOT NULL
FROM news.article_current AS article
LEFT JOIN news.sighting ON sighting.article_id = article.id
LEFT JOIN news.absence ON absence.article_id = article.id AND absence.returned_at IS NULL
WHERE article.portal = %(portal)s
ORDER BY absence.id IS NOT NULL AND absence.confirmed_at IS NULL DESC,
         coalesce(absence.last_missed_at, sighting.last_seen_at) NULLS FIRST, article.published_at DESC NULLS LAST
LIMIT %(most)s;
