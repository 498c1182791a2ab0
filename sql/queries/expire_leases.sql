-- Whoever still holds a run that fell silent is cut off, so that its locks are free: a worker that sleeps cannot give them back.
WITH silent AS (
    UPDATE news.run SET status = 'interrupted', finished_at = now(), error = 'its worker fell silent: another takes over'
    WHERE status = 'running' AND lease_until < now()
    RETURNING id, portal
)
SELECT silent.id, silent.portal, pg_terminate_backend(held.pid) AS cut_off
FROM silent
LEFT JOIN pg_locks AS held
    ON held.locktype = 'advisory' AND held.objsubid = 2 AND held.granted
   AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND held.classid::bigint = hashtext('tintinh.run')::bigint & 4294967295
   AND held.objid::bigint = hashtext(silent.id::text)::bigint & 4294967295;
