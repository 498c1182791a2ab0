DELETE FROM news.edit WHERE article_id = ANY (%(ids)s::bigint[]) RETURNING article_id, at;
