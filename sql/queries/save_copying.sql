-- Each of these articles and those like them that came after one that is like it: the first time counts.
INSERT INTO news.copying (copy_id, article_id, likeness, at)
SELECT DISTINCT ON (copy.id) copy.id, original.id, pair.likeness, greatest(copy.changed_at, original.changed_at)
FROM news.likeness AS pair
CROSS JOIN LATERAL (VALUES (pair.article_id, pair.other_id), (pair.other_id, pair.article_id)) AS way (copy_id, original_id)
JOIN news.article_current AS copy ON copy.id = way.copy_id
JOIN news.article_current AS original ON original.id = way.original_id
WHERE (pair.article_id = ANY (%(ids)s::bigint[]) OR pair.other_id = ANY (%(ids)s::bigint[]))
  AND (coalesce(original.published_at, original.first_seen_at), original.first_seen_at, original.id)
    < (coalesce(copy.published_at, copy.first_seen_at), copy.first_seen_at, copy.id)
ORDER BY copy.id, coalesce(original.published_at, original.first_seen_at), original.first_seen_at, original.id
ON CONFLICT (copy_id) DO NOTHING;
