SELECT count(*)
FROM news.fetch AS met
WHERE id BETWEEN %(first)s::bigint AND %(last)s::bigint AND fetched_at < %(before)s::timestamptz
  AND NOT EXISTS (SELECT FROM news.article_address AS address WHERE address.url = met.url);
