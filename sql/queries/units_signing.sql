-- Units by how much they signed.
SELECT unit, count(*) AS articles, min(published_at) AS first_at, max(published_at) AS last_at
FROM news.article_current
WHERE unit IS NOT NULL AND (%(unit)s::text IS NULL OR unit = %(unit)s::text)
GROUP BY unit ORDER BY articles DESC, unit LIMIT %(limit)s::int OFFSET %(offset)s::int;
