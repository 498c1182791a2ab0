DELETE FROM news.token WHERE name = %(name)s::text RETURNING name;
