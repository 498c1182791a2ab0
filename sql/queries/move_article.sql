WITH moved AS (
    UPDATE news.article_current SET identity = %(identity)s::text, url = %(url)s::text, gone_at = NULL
    WHERE id = %(id)s::bigint
)
UPDATE news.absence SET returned_at = greatest(last_missed_at, %(moment)s::timestamptz), moved_to = %(url)s::text
WHERE article_id = %(id)s::bigint AND returned_at IS NULL;
