SELECT CASE WHEN %(in_history)s::boolean THEN (
    SELECT count(*) FROM news.search_states(
        %(query)s::text, %(portal)s::text, %(province)s::text, %(author)s::text, %(units)s::text[], %(section)s::text,
        %(since)s::timestamptz, %(until)s::timestamptz, 'date', least(%(most)s::bigint + 1, 2147483647)::int, 0, %(gone)s::boolean, %(fold)s::boolean)
) ELSE news.count_found(
    %(query)s::text, %(portal)s::text, %(province)s::text, %(author)s::text, %(units)s::text[], %(section)s::text,
    %(since)s::timestamptz, %(until)s::timestamptz, %(gone)s::boolean, %(fold)s::boolean, %(most)s::int
) END AS number;
