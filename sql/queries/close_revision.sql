UPDATE news.article_revision SET valid_to = %(moment)s::timestamptz
WHERE article_id = %(id)s::bigint AND revision = %(revision)s::int;
