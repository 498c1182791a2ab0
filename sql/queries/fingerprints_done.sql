DELETE FROM news.fingerprint_due WHERE article_id = ANY (%(ids)s::bigint[]);
