-- Newest first, a page after the last change of the page before (`after_…`). since and until are moments of the change. The filters
-- of search come as `ids`; null where too many articles match, which are looked through then.
SELECT change.*
FROM unnest(%(kinds)s::text[]) AS wanted (kind)
CROSS JOIN LATERAL news.changes_of(
    wanted.kind, %(ids)s::bigint[], CASE WHEN %(ids)s::bigint[] IS NULL AND %(query)s::text <> '' THEN news.asked(%(query)s::text) END,
    CASE WHEN %(ids)s::bigint[] IS NULL THEN news.asked_labels(
        %(portal)s::text, %(province)s::text, %(author)s::text, %(units)s::text[], %(section)s::text, %(gone)s::boolean) END,
    %(since)s::timestamptz, %(until)s::timestamptz, round(%(least)s::numeric, 6)::real,
    %(after_at)s::timestamptz, %(after_article)s::bigint, %(after_kind)s::text, %(after_number)s::bigint, %(limit)s::int) AS change
ORDER BY change.at DESC, change.article_id DESC, change.kind DESC, change.number DESC
LIMIT %(limit)s::int;
