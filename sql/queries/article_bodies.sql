SELECT id, body FROM news.article_current WHERE id = ANY (%(ids)s::bigint[]);
