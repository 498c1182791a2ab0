-- Which version of the library made the queue; null where there is none.
SELECT substring(obj_description(oid, 'pg_namespace') FROM 'procrastinate (\S+)') FROM pg_namespace WHERE nspname = 'news_queue';
