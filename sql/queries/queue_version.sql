-- Which version of the library made the queue; null where there is none.
SELECT substring(obj_description(oid, 'pg_namespace') FROM 'procrastinate ([0-9.]+)') FROM pg_namespace WHERE nspname = 'news_queue';
