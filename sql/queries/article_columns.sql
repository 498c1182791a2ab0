SELECT attname::text AS name, format_type(atttypid, atttypmod) AS type
FROM pg_attribute
WHERE attrelid = 'news.article'::regclass AND attnum > 0 AND NOT attisdropped
ORDER BY attnum;
