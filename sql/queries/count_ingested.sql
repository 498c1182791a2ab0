UPDATE news.run SET new = new + %(new)s::bigint, changed = changed + %(changed)s::bigint,
    unchanged = unchanged + %(unchanged)s::bigint, rejected = rejected + %(rejected)s::bigint,
    gone = gone + %(gone)s::bigint
WHERE id = %(run)s::bigint;
