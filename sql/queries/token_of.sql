SELECT name FROM news.token WHERE digest = %(digest)s::bytea;
