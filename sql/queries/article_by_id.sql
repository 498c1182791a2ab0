SELECT article.*
FROM news.article AS article
WHERE article.id = coalesce((SELECT article_id FROM news.absence WHERE merged_id = %(id)s::bigint), %(id)s::bigint);
