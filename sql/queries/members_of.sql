SELECT article_id FROM news.fingerprint WHERE cluster = ANY (%(clusters)s::bigint[]);
