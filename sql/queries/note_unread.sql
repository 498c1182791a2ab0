UPDATE news.sighting SET unread_by = given.rules
FROM unnest(%(ids)s::bigint[], %(rules)s::text[]) AS given (id, rules)
WHERE sighting.article_id = given.id AND sighting.unread_by IS DISTINCT FROM given.rules;
