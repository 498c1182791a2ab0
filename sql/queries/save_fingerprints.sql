INSERT INTO news.fingerprint AS made (article_id, content_hash, keys)
SELECT id, content_hash, keys::int[] FROM unnest(%(ids)s::bigint[], %(hashes)s::text[], %(keys)s::text[]) AS given (id, content_hash, keys)
ON CONFLICT (article_id) DO UPDATE SET content_hash = excluded.content_hash, keys = excluded.keys;
