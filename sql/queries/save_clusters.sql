UPDATE news.fingerprint AS made
SET cluster = given.cluster
FROM unnest(%(ids)s::bigint[], %(clusters)s::bigint[]) AS given (id, cluster)
WHERE made.article_id = given.id AND made.cluster IS DISTINCT FROM given.cluster;
