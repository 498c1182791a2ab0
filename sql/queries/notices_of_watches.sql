-- Addresses that a notice of a watch waits for and that may be told now: neither paused nor in their quiet hours, which are Vietnam's.
SELECT address.id, address.url, address.secret, watch.name, 'watch address ' || address.id AS target, count(*) AS waiting
FROM news.notice
JOIN news.watch_address AS address ON address.id = notice.address_id
JOIN news.watch ON watch.id = address.watch_id
CROSS JOIN LATERAL (SELECT (coalesce(%(now)s::timestamptz, now()) AT TIME ZONE 'Asia/Ho_Chi_Minh')::time AS clock) AS vietnam
WHERE notice.sent_at IS NULL AND watch.paused_at IS NULL
  AND NOT coalesce(CASE WHEN watch.quiet_from <= watch.quiet_to THEN clock >= watch.quiet_from AND clock < watch.quiet_to
                        ELSE clock >= watch.quiet_from OR clock < watch.quiet_to END, false)
GROUP BY address.id, address.url, address.secret, watch.name
HAVING min(notice.next_try) <= coalesce(%(now)s::timestamptz, now())
ORDER BY min(notice.id);
