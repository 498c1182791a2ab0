INSERT INTO news.run (portal, kind, rules) VALUES (%(portal)s, %(kind)s, %(rules)s)
RETURNING id, pg_advisory_lock(hashtext('tintinh.run'), hashtext(id::text));
