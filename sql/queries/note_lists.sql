-- A list that showed news rests half as long, one without half as long again; a first reading says nothing of that. News every
-- three days need no look every hour: at least a quarter of the usual time between two articles of the portal, at most a day of that.
WITH rhythm AS MATERIALIZED (
    SELECT least('1 day', greatest('1 hour', news.portal_rhythm(%(portal)s::text, max(moment)) / 4)) AS shortest
    FROM unnest(%(moments)s::timestamptz[]) AS given (moment)
), met AS (
    SELECT %(portal)s::text AS portal, key, kind, read_at, CASE WHEN has_new THEN read_at END AS new_at,
           CASE WHEN has_new THEN 0.5 ELSE 1.5 END AS longer, shortest
    FROM unnest(%(keys)s::text[], %(kinds)s::text[], %(moments)s::timestamptz[], %(news)s::boolean[]) AS given (key, kind, read_at, has_new), rhythm
), timed AS (
    SELECT met.*, CASE WHEN list.key IS NULL THEN '12 hours' ELSE least('3 days', greatest(shortest, list.every * longer)) END AS every
    FROM met LEFT JOIN news.list USING (portal, key)
)
INSERT INTO news.list AS list (portal, key, kind, every, read_at, new_at, next_due)
SELECT portal, key, kind, every, read_at, new_at, read_at + every FROM timed
ON CONFLICT (portal, key) DO UPDATE SET
    every = excluded.every, next_due = excluded.next_due, read_at = excluded.read_at, new_at = coalesce(excluded.new_at, list.new_at), kind = excluded.kind
WHERE list.read_at < excluded.read_at;
