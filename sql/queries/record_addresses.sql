INSERT INTO news.article_address (url, article_id, first_seen_at)
SELECT DISTINCT ON (url) url, article_id, seen_at
FROM unnest(%(urls)s::text[], %(ids)s::bigint[], %(moments)s::timestamptz[]) AS met (url, article_id, seen_at)
ORDER BY url, seen_at
ON CONFLICT (url) DO NOTHING;
