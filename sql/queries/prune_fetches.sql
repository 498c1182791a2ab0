-- Of a range of responses those before a moment that are no article's: looks at lists, feeds, pages that were none, requests without an answer.
DELETE FROM news.fetch AS met
WHERE id BETWEEN %(first)s::bigint AND %(last)s::bigint AND fetched_at < %(before)s::timestamptz
  AND NOT EXISTS (SELECT FROM news.article_address AS address WHERE address.url = met.url);
