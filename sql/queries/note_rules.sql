UPDATE news.article_current AS article SET rules = given.rules
FROM unnest(%(ids)s::bigint[], %(rules)s::text[]) AS given (id, rules)
WHERE article.id = given.id AND article.rules IS DISTINCT FROM given.rules;
