DELETE FROM news.fingerprint_due WHERE id = ANY (%(ids)s::bigint[]);
