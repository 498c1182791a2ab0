SELECT id, left(body, %(longest)s::int) FROM news.article_current WHERE id = ANY (%(ids)s::bigint[]);
