SELECT id, portal, kind, started_at, finished_at, status, listed, fetched, new, changed, unchanged, gone, rejected, requests, bytes, error, accounts
FROM news.run WHERE id = %(run)s::bigint;
