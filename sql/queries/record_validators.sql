-- Of a page only where an article was made of it: one that says “not found” answers 200 as well. Both have the moment of
-- the response. An hour tells a response from one that came in late.
INSERT INTO news.sighting AS sighting (article_id, last_seen_at, etag, last_modified)
SELECT DISTINCT ON (address.article_id) address.article_id, met.fetched_at, met.etag, met.last_modified
FROM unnest(%(urls)s::text[], %(moments)s::timestamptz[], %(statuses)s::int[], %(etags)s::text[], %(modified)s::text[])
     AS met (url, fetched_at, status, etag, last_modified)
JOIN news.article_address AS address ON address.url = met.url
WHERE met.status = 304 OR EXISTS (
    SELECT FROM news.sighting AS seen WHERE seen.article_id = address.article_id AND seen.last_seen_at = met.fetched_at)
ORDER BY address.article_id, met.fetched_at DESC
ON CONFLICT (article_id) DO UPDATE SET
    last_seen_at = greatest(sighting.last_seen_at, excluded.last_seen_at),
    visits = sighting.visits + (excluded.last_seen_at > sighting.last_seen_at)::int,
    etag = CASE WHEN excluded.last_seen_at > sighting.last_seen_at - interval '1 hour'
           THEN coalesce(excluded.etag, sighting.etag) ELSE coalesce(sighting.etag, excluded.etag) END,
    last_modified = CASE WHEN excluded.last_seen_at > sighting.last_seen_at - interval '1 hour'
           THEN coalesce(excluded.last_modified, sighting.last_modified)
           ELSE coalesce(sighting.last_modified, excluded.last_modified) END;
