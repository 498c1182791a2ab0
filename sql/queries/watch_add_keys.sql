-- An article that matches has one of these lexemes a clause.
WITH given AS (
    INSERT INTO news.watch_key (watch_id, clause, lexeme)
    SELECT %(id)s::bigint, clause, lexeme FROM unnest(%(clauses)s::int[], %(lexemes)s::text[]) AS one (clause, lexeme)
    ON CONFLICT DO NOTHING
    RETURNING watch_id
)
UPDATE news.watch SET is_open = NOT EXISTS (SELECT FROM given) WHERE id = %(id)s::bigint;
