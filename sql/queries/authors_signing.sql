-- People and pen names by how much they signed; whoever signs as “reporter” or “contributor” is nobody in particular, and counts where asked for.
SELECT name AS author, count(*) AS articles, min(published_at) AS first_at, max(published_at) AS last_at
FROM news.article_current, unnest(authors) AS name
WHERE (%(author)s::text IS NULL AND upper(translate(name, '. ', '')) <> ALL (ARRAY['CTV', 'PV', 'CTVPV', 'PVCTV', 'BBT', 'NV', 'PHÓNGVIÊN', 'CỘNGTÁCVIÊN']))
   OR name = %(author)s::text
GROUP BY name ORDER BY articles DESC, name LIMIT %(limit)s::int OFFSET %(offset)s::int;
