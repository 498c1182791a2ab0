-- Body and due row as one moment saw them: what is written later is due under another number. Lengths are known without
-- the texts being read.
SELECT due.id, due.article_id, article.id IS NOT NULL AS exists, made.content_hash IS NOT DISTINCT FROM article.content_hash AS same,
       CASE WHEN made.content_hash IS DISTINCT FROM article.content_hash THEN left(article.body, %(longest)s::int) END,
       article.content_hash
FROM (
    SELECT next.id, next.article_id, sum(octet_length(own.body)) OVER (ORDER BY next.id) - coalesce(octet_length(own.body), 0) AS before
    FROM (SELECT id, article_id FROM news.fingerprint_due ORDER BY id LIMIT %(most)s::int) AS next
    LEFT JOIN news.article_current AS own ON own.id = next.article_id
) AS due
LEFT JOIN news.article_current AS article ON article.id = due.article_id
LEFT JOIN news.fingerprint AS made ON made.article_id = due.article_id
WHERE due.before IS NULL OR due.before < %(bytes)s::bigint
ORDER BY due.id;
