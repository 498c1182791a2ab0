-- How many of the articles that match have a date.
SELECT count(*) AS number FROM news.search(
    %(query)s::text, %(portal)s::text, %(province)s::text, %(author)s::text, %(units)s::text[], %(section)s::text,
    coalesce(%(since)s::timestamptz, '-infinity'), %(until)s::timestamptz, 'date', 2147473647, 0, %(gone)s::boolean, %(fold)s::boolean);
