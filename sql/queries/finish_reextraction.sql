UPDATE news.run SET finished_at = now(), status = %(status)s, error = %(error)s::text WHERE id = %(run)s::bigint;
