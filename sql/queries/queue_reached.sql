-- The last of the library's files that was applied; null where that was not written down.
SELECT substring(obj_description(oid, 'pg_namespace') FROM 'file (\S+)') FROM pg_namespace WHERE nspname = 'news_queue';
