SELECT page.fetched_at, page.status, page.archive_type, page.archive_file, page.archive_offset, page.archive_length,
       page.digest, page.url
FROM news.fetch AS page
WHERE page.url IN (SELECT url FROM news.article_address WHERE article_id = %(id)s::bigint)
  AND page.archive_type IS NOT NULL AND page.status IN (200, 304)
  AND (%(until)s::timestamptz IS NULL OR page.fetched_at <= %(until)s::timestamptz)
ORDER BY page.fetched_at DESC;
