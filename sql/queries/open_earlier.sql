UPDATE news.article_revision SET valid_from = %(moment)s::timestamptz
WHERE article_id = %(id)s::bigint AND revision = %(revision)s::int;
