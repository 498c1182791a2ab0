SELECT article_id, other_id FROM news.likeness WHERE article_id = ANY (%(ids)s::bigint[]);
