-- In the order of their numbers, which is the same for everybody.
SELECT pg_advisory_xact_lock(hashtext('tintinh.ingest'), part)
FROM (SELECT DISTINCT part FROM unnest(%(parts)s::int[]) AS part ORDER BY part) AS ordered;
