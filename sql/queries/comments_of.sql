SELECT c.relation, c.number, d.comment
FROM unnest(%(relations)s::bigint[], %(numbers)s::integer[]) AS c (relation, number)
JOIN pg_attribute AS a ON a.attrelid = c.relation::oid AND a.attnum = c.number
CROSS JOIN LATERAL (
  SELECT coalesce(
    col_description(a.attrelid, a.attnum),
    -- Views of articles name columns as their table does, and have no comments of their own.
    (SELECT col_description(o.attrelid, o.attnum) FROM pg_attribute AS o
     WHERE o.attrelid = 'news.article_current'::regclass AND o.attname = a.attname
       AND a.attrelid IN ('news.article'::regclass, 'news.article_state'::regclass))
  )
) AS d (comment)
WHERE d.comment IS NOT NULL;
