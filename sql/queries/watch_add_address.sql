INSERT INTO news.watch_address (watch_id, url, secret) VALUES (%(id)s::bigint, %(url)s::text, %(secret)s::text) ON CONFLICT DO NOTHING;
