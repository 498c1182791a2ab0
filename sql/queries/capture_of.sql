SELECT archive_file, archive_offset, archive_length
FROM news.fetch
WHERE url = %(url)s::text AND fetched_at = %(moment)s::timestamptz AND archive_type = 'response';
