DELETE FROM news.likeness WHERE article_id = ANY (%(ids)s::bigint[]) OR other_id = ANY (%(ids)s::bigint[]);
