-- The watch, with all that belongs to it; a row where there was one.
WITH gone AS (
    DELETE FROM news.watch WHERE name = %(name)s::text RETURNING id
), hits AS (
    DELETE FROM news.watch_hit WHERE watch_id IN (SELECT id FROM gone)
)
SELECT id FROM gone;
