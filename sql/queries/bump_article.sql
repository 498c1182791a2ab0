UPDATE news.article_current SET
    revision = revision + %(by)s::int,
    first_seen_at = least(first_seen_at, %(moment)s::timestamptz),
    changed_at = coalesce(%(changed_at)s::timestamptz, changed_at)
WHERE id = %(id)s::bigint;
