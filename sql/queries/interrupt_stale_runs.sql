-- A run's session holds a lock as long as it lives (start_run, hold_run): who is running without one has died.
-- A worker's run counts until its lease ends, so that a restart of the server ends nothing.
WITH unfinished AS MATERIALIZED (
    SELECT id FROM news.run WHERE status = 'running' AND (lease_until IS NULL OR lease_until < now())
), dead AS MATERIALIZED (
    SELECT id FROM unfinished WHERE pg_try_advisory_xact_lock(hashtext('tintinh.run'), hashtext(id::text))
)
UPDATE news.run SET status = 'interrupted', finished_at = now(), error = 'the process ended without finishing'
FROM dead
WHERE run.id = dead.id AND run.status = 'running';
