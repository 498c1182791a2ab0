INSERT INTO news.sighting AS sighting (article_id, last_seen_at)
SELECT article_id, max(seen_at) FROM unnest(%(ids)s::bigint[], %(moments)s::timestamptz[]) AS seen (article_id, seen_at)
GROUP BY article_id
ON CONFLICT (article_id) DO UPDATE SET last_seen_at = excluded.last_seen_at, visits = sighting.visits + 1
WHERE sighting.last_seen_at < excluded.last_seen_at;
