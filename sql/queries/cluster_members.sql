-- These articles' clusters, with all that belong to them.
SELECT article_id, cluster FROM news.fingerprint
WHERE cluster IN (SELECT cluster FROM news.fingerprint WHERE article_id = ANY (%(ids)s::bigint[]));
