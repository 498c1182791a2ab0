-- What a watch reacted to, the last found first; after the hit `before`. Of each what news.change tells, with when it was found.
SELECT watched.* FROM news.watched AS watched
WHERE watched.watch_id = %(watch)s::bigint AND (%(before)s::bigint IS NULL OR watched.hit_id < %(before)s::bigint)
ORDER BY watched.hit_id DESC
LIMIT %(limit)s::int;
