-- The cluster of each, and whether the article whose number it has still belongs to it: it may have gone with a move.
SELECT made.article_id, made.cluster, head.cluster IS NOT DISTINCT FROM made.cluster AS has_head
FROM news.fingerprint AS made
LEFT JOIN news.fingerprint AS head ON head.article_id = made.cluster
WHERE made.article_id = ANY (%(ids)s::bigint[]);
