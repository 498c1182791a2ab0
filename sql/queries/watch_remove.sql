DELETE FROM news.watch WHERE name = %(name)s::text;
