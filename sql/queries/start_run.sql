INSERT INTO news.run (portal, kind) VALUES (%(portal)s, %(kind)s)
RETURNING id, pg_advisory_lock(hashtext('tintinh.run'), hashtext(id::text));
