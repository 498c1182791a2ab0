-- A page that changed and bears the validators of before: who asks with them would be told that it did not.
INSERT INTO news.host AS host (host, validators_lie)
SELECT DISTINCT substring(met.url FROM '^https?://(?:[^/@]*@)?([^/:?#]+)'), true
FROM unnest(%(urls)s::text[], %(moments)s::timestamptz[], %(etags)s::text[], %(modified)s::text[])
     AS met (url, fetched_at, etag, last_modified)
JOIN news.article_address AS address ON address.url = met.url
JOIN news.article_current AS article ON article.id = address.article_id
JOIN news.sighting ON sighting.article_id = address.article_id
WHERE article.changed_at = met.fetched_at AND article.revision > 1 AND article.made_by = 'edited'
  AND CASE WHEN met.etag IS NULL AND sighting.etag IS NULL THEN met.last_modified = sighting.last_modified
           ELSE met.etag = sighting.etag END
ON CONFLICT (host) DO UPDATE SET validators_lie = true;
