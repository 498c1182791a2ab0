-- The database in which numbers of transactions mean something, and the oldest that is still open.
SELECT (SELECT system_identifier FROM pg_control_system()) || '.' || (SELECT oid FROM pg_database WHERE datname = current_database()) AS place,
       pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS transaction;
