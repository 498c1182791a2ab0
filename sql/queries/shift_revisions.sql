UPDATE news.article_revision SET revision = revision + 1 WHERE article_id = %(id)s::bigint AND revision >= %(revision)s::int;
