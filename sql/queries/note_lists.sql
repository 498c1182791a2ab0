-- A list that showed news rests half as long, one without half as long again; a first reading says nothing of that.
INSERT INTO news.list AS list (portal, key, kind, every, read_at, new_at, next_due)
SELECT %(portal)s, met.key, met.kind, '12 hours', met.read_at, CASE WHEN met.has_new THEN met.read_at END, met.read_at + interval '12 hours'
FROM unnest(%(keys)s::text[], %(kinds)s::text[], %(moments)s::timestamptz[], %(news)s::boolean[]) AS met (key, kind, read_at, has_new)
ON CONFLICT (portal, key) DO UPDATE SET
    every = least('3 days', greatest('1 hour', list.every * CASE WHEN excluded.new_at IS NOT NULL THEN 0.5 ELSE 1.5 END)),
    next_due = excluded.read_at
               + least('3 days', greatest('1 hour', list.every * CASE WHEN excluded.new_at IS NOT NULL THEN 0.5 ELSE 1.5 END)),
    read_at = excluded.read_at, new_at = coalesce(excluded.new_at, list.new_at), kind = excluded.kind
WHERE list.read_at < excluded.read_at;
