SELECT id FROM news.article_current
WHERE portal = %(portal)s::text AND id > %(after)s::bigint
ORDER BY id
LIMIT %(most)s::int;
