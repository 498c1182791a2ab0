-- Up to 10,001: more are “more than 10,000”.
SELECT count(*) AS number FROM news.search(
    %(query)s::text, %(portal)s::text, %(province)s::text, %(author)s::text, %(units)s::text[], %(section)s::text,
    %(since)s::timestamptz, %(until)s::timestamptz, 'date', 10001, 0, %(gone)s::boolean, %(fold)s::boolean);
