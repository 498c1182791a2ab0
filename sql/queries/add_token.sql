INSERT INTO news.token (name, digest) VALUES (%(name)s::text, %(digest)s::bytea) ON CONFLICT DO NOTHING RETURNING name;
