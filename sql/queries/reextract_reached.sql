UPDATE news.run SET reached = %(reached)s::bigint, rules = %(rules)s::text, fetched = %(fetched)s::bigint,
    changed = %(changed)s::bigint, unchanged = %(unchanged)s::bigint, rejected = %(rejected)s::bigint
WHERE id = %(run)s::bigint;
