-- What rows are loaded without, with the statements that take it away and make it again, in the order of making.
SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid), 1 AS turn
FROM pg_index
JOIN pg_class AS relation ON relation.oid = indexrelid
WHERE relation.relnamespace = 'news'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
UNION ALL
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)), 2
FROM pg_constraint
WHERE connamespace = 'news'::regnamespace AND (contype = 'f' OR contype = 'c' AND NOT convalidated)
UNION ALL
SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', tgrelid::regclass, tgname),
       format('ALTER TABLE %s ENABLE TRIGGER %I', tgrelid::regclass, tgname), 3
FROM pg_trigger
JOIN pg_class AS relation ON relation.oid = tgrelid
WHERE relation.relnamespace = 'news'::regnamespace AND NOT tgisinternal AND tgenabled = 'O'
ORDER BY turn;
