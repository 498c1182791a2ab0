SELECT news.count_found(
    %(query)s::text, %(portal)s::text, %(province)s::text, %(author)s::text, %(units)s::text[], %(section)s::text,
    %(since)s::timestamptz, %(until)s::timestamptz, %(gone)s::boolean, %(fold)s::boolean, %(most)s::int
) AS number;
