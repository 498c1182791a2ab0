SELECT id, portal, kind, started_at, finished_at, status, listed, fetched, new, changed, unchanged, gone, rejected, requests, bytes, error, accounts
FROM news.run
WHERE (%(portal)s::text IS NULL OR portal = %(portal)s::text)
ORDER BY started_at DESC, id DESC
LIMIT %(limit)s::int;
