SELECT id FROM news.article_current WHERE id = ANY (%(ids)s::bigint[]) ORDER BY id FOR KEY SHARE;
