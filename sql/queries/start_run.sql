INSERT INTO news.run (portal, kind) VALUES (%(portal)s, %(kind)s) RETURNING id;
