-- Hits that are in no notice yet become notices, one a watch and address, `most` hits each; a digest holds all of its time. Two at once
-- make each of them once: the second finds nothing that waits. How many notices.
WITH ready AS MATERIALIZED (
    SELECT watch.id, watch.digest FROM news.watch
    WHERE watch.paused_at IS NULL AND EXISTS (SELECT FROM news.watch_hit AS hit WHERE hit.watch_id = watch.id AND hit.waits)
      AND (watch.digest IS NULL OR coalesce(watch.told_at, watch.created_at) + watch.digest <= coalesce(%(now)s::timestamptz, now()))
    ORDER BY watch.id FOR UPDATE
), taken AS (
    UPDATE news.watch_hit AS hit SET waits = false FROM ready
    WHERE hit.watch_id = ready.id AND hit.waits
    RETURNING hit.id, hit.watch_id
), numbered AS (
    SELECT taken.id, taken.watch_id, (row_number() OVER (PARTITION BY taken.watch_id ORDER BY taken.id) - 1) / %(most)s::int AS part FROM taken
), told AS (
    UPDATE news.watch SET told_at = coalesce(%(now)s::timestamptz, now()) WHERE id IN (SELECT watch_id FROM taken)
), made AS (
    INSERT INTO news.notice (target, address_id, hits)
    SELECT 'watch address ' || address.id, address.id, array_agg(numbered.id ORDER BY numbered.id)
    FROM numbered
    JOIN ready ON ready.id = numbered.watch_id
    JOIN news.watch_address AS address ON address.watch_id = numbered.watch_id
    GROUP BY address.id, CASE WHEN ready.digest IS NULL THEN numbered.part ELSE 0 END
    ORDER BY min(numbered.id), address.id
    RETURNING 1
)
SELECT count(*) FROM made;
