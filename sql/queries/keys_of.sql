SELECT article_id, keys FROM news.fingerprint WHERE article_id = ANY (%(ids)s::bigint[]);
