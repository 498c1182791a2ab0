UPDATE news.run SET finished_at = now(), status = %(status)s, error = %(error)s::text, accounts = %(accounts)s::jsonb
WHERE id = %(run)s::bigint;
