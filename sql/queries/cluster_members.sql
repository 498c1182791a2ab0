SELECT article_id, cluster
FROM news.fingerprint
WHERE article_id = ANY (%(ids)s::bigint[])
   OR cluster IN (SELECT cluster FROM news.fingerprint WHERE article_id = ANY (%(ids)s::bigint[]));
