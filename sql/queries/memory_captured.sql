SELECT fetched_at, digest, etag, last_modified, archive_file
FROM news.fetch
WHERE url = %(url)s::text AND portal = %(portal)s::text AND archive_type = 'response' AND digest IS NOT NULL
ORDER BY fetched_at DESC
LIMIT 1;
