-- None comes back where another worker has taken the run over.
UPDATE news.run SET lease_until = now() + make_interval(secs => %(seconds)s::float8)
WHERE id = %(run)s::bigint AND status = 'running' RETURNING id;
