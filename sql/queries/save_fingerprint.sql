INSERT INTO news.fingerprint AS made (article_id, content_hash, keys)
VALUES (%(id)s::bigint, %(content_hash)s::text, %(keys)s::int[])
ON CONFLICT (article_id) DO UPDATE SET content_hash = excluded.content_hash, keys = excluded.keys;
