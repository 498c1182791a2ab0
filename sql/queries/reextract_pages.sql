-- The newest whole pages of articles: what did not change since is a revisit of the newest of them.
SELECT article.id, article.portal, article.province, article.platform, article.identity, article.url, article.content_hash,
       (SELECT array_agg(page.archive_file || ' ' || page.archive_offset || ' ' || page.archive_length ORDER BY page.fetched_at DESC)
        FROM (SELECT archive_file, archive_offset, archive_length, fetched_at
              FROM news.fetch JOIN news.article_address AS address USING (url)
              WHERE address.article_id = article.id AND archive_type = 'response' AND status = 200
              ORDER BY fetched_at DESC LIMIT 3) AS page) AS pages
FROM news.article_current AS article
WHERE article.id = ANY (%(ids)s::bigint[])
  AND NOT EXISTS (SELECT FROM news.redaction WHERE redaction.article_id = article.id)
ORDER BY article.id;
