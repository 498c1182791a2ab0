INSERT INTO news.reject (run_id, portal, url, reason, item)
VALUES ((SELECT id FROM news.run WHERE id = %(run)s::bigint), %(portal)s::text, %(url)s::text, %(reason)s, %(item)s::bytea)
ON CONFLICT (digest) DO NOTHING;
