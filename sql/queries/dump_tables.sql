-- Tables of the schema with the columns that are written; what is generated is generated anew.
SELECT relation.relname::text, array_agg(attribute.attname::text ORDER BY attribute.attnum)
FROM pg_class AS relation
JOIN pg_attribute AS attribute ON attribute.attrelid = relation.oid
WHERE relation.relnamespace = 'news'::regnamespace AND relation.relkind IN ('r', 'p') AND NOT relation.relispartition
  AND attribute.attnum > 0 AND NOT attribute.attisdropped AND attribute.attgenerated = ''
GROUP BY relation.relname
ORDER BY relation.relname;
