-- A run that another worker has taken over has ended already.
UPDATE news.run SET finished_at = coalesce(finished_at, now()), status = %(status)s, complete = %(complete)s,
    listed = %(listed)s, fetched = %(fetched)s, requests = %(requests)s, bytes = %(bytes)s, error = %(error)s::text,
    accounts = coalesce(%(accounts)s::jsonb, accounts)
WHERE id = %(run)s::bigint AND (lease_until IS NULL OR status = 'running');
