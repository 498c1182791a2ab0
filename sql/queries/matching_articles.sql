SELECT article.*, found.rank
FROM news.search(
    %(query)s::text, %(portal)s::text, %(province)s::text, %(author)s::text, %(units)s::text[], %(section)s::text,
    %(since)s::timestamptz, %(until)s::timestamptz, %(sort)s::text, %(limit)s::int, %(offset)s::int, %(gone)s::boolean,
    %(fold)s::boolean
) WITH ORDINALITY AS found (id, rank, place)
JOIN news.article AS article ON article.id = found.id
ORDER BY found.place;
