SELECT identity, id FROM news.article_current WHERE identity = ANY (%(identities)s::text[]);
