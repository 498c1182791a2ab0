INSERT INTO news.fetch (
    run_id, portal, url, fetched_at, status, etag, last_modified, bytes, digest, error,
    archive_file, archive_offset, archive_length, archive_type, address
)
SELECT run.id, met.portal, met.url, met.fetched_at, met.status, met.etag, met.last_modified, met.bytes, met.digest, met.error,
       met.archive_file, met.archive_offset, met.archive_length, met.archive_type, met.address
FROM unnest(%(runs)s::bigint[], %(portals)s::text[], %(urls)s::text[], %(moments)s::timestamptz[], %(statuses)s::int[],
            %(etags)s::text[], %(modified)s::text[], %(bytes)s::bigint[], %(digests)s::text[], %(errors)s::text[],
            %(files)s::text[], %(offsets)s::bigint[], %(lengths)s::bigint[], %(types)s::text[], %(addresses)s::text[])
     AS met (run_id, portal, url, fetched_at, status, etag, last_modified, bytes, digest, error,
             archive_file, archive_offset, archive_length, archive_type, address)
LEFT JOIN news.run AS run ON run.id = met.run_id
ON CONFLICT (url, fetched_at) DO NOTHING;
