SELECT article.*
FROM news.article AS article
WHERE article.id = coalesce(
    (SELECT article_id FROM news.article_address WHERE url = %(url)s::text),
    (SELECT id FROM news.article_current WHERE url = %(url)s::text));
