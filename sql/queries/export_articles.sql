SELECT article.*, found.revision AS matched_revision, state.valid_from AS matched_from, state.valid_to AS matched_to, found.matches_now
FROM news.search_states(
    %(query)s::text, %(portal)s::text, %(province)s::text, %(author)s::text, %(units)s::text[], %(section)s::text,
    %(since)s::timestamptz, %(until)s::timestamptz, 'date', %(limit)s::int, %(offset)s::int, %(gone)s::boolean,
    %(fold)s::boolean, %(in_history)s::boolean
) WITH ORDINALITY AS found (id, rank, revision, matches_now, place)
JOIN news.article AS article ON article.id = found.id
LEFT JOIN LATERAL (
    SELECT earlier.* FROM news.article_revision AS earlier
    WHERE earlier.article_id = found.id AND earlier.revision = found.revision LIMIT 1
) AS state ON true
ORDER BY found.place;
