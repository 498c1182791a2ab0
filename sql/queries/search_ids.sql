SELECT id FROM news.search(
    %(query)s::text, %(portal)s::text, %(province)s::text, %(author)s::text, %(units)s::text[], %(section)s::text,
    %(since)s::timestamptz, %(until)s::timestamptz, 'date', %(limit)s::int, 0, %(gone)s::boolean, %(fold)s::boolean
);
