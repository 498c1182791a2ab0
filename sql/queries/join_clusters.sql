UPDATE news.fingerprint AS made SET cluster = given.new
FROM unnest(%(olds)s::bigint[], %(news)s::bigint[]) AS given (old, new)
WHERE made.cluster = given.old;
