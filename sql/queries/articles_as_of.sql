SELECT * FROM news.article_as_of(%(moment)s::timestamptz) WHERE id = %(id)s::bigint;
