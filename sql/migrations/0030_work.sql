-- Crawls that workers run: a run without a lease that is renewed is taken over; which portals are due, and since when.
ALTER TABLE news.run ADD COLUMN lease_until timestamptz;
COMMENT ON COLUMN news.run.lease_until IS 'Until when its worker holds a run that is going on; null where no worker runs it';

CREATE VIEW news.portal_due AS
SELECT portal.name AS portal, due.at AS due_at, due.why
FROM news.portal
LEFT JOIN LATERAL (
    SELECT status, started_at, finished_at FROM news.run
    WHERE run.portal = portal.name AND kind = 'crawl' ORDER BY started_at DESC LIMIT 1
) AS last ON true
LEFT JOIN LATERAL (
    SELECT max(started_at) AS at FROM news.run
    WHERE run.portal = portal.name AND kind = 'crawl' AND status IN ('ok', 'partial')
) AS good ON last.status IN ('failed', 'blocked')
LEFT JOIN LATERAL (
    SELECT least(count(*), 6)::int AS number FROM news.run
    WHERE run.portal = portal.name AND kind = 'crawl' AND status IN ('failed', 'blocked') AND started_at > coalesce(good.at, '-infinity')
) AS failed ON last.status IN ('failed', 'blocked')
LEFT JOIN LATERAL (
    SELECT min(next_due) AS at FROM news.list WHERE list.portal = portal.name
) AS lists ON last.status IN ('ok', 'partial')
LEFT JOIN LATERAL (
    SELECT max(greatest(next_due, blocked_until)) AS at FROM news.host WHERE host = ANY (portal.hosts)
) AS spared ON true
CROSS JOIN LATERAL (
    SELECT CASE WHEN last.status IS NULL THEN portal.added_at
                WHEN last.status = 'running' THEN NULL
                WHEN last.status = 'interrupted' THEN last.finished_at
                WHEN last.status IN ('failed', 'blocked') THEN last.finished_at + interval '30 minutes' * 2 ^ failed.number
                ELSE greatest(last.started_at + interval '1 hour', lists.at) END AS at,
           CASE WHEN last.status IS NULL THEN 'never crawled'
                WHEN last.status = 'running' THEN 'a run goes on'
                WHEN last.status = 'interrupted' THEN 'the last run was interrupted'
                WHEN last.status IN ('failed', 'blocked') THEN failed.number || ' failed in a row'
                WHEN lists.at > last.started_at + interval '1 hour' THEN 'its lists rest'
                ELSE 'an hour has passed' END AS why
) AS usual
CROSS JOIN LATERAL (
    SELECT CASE WHEN usual.at IS NOT NULL THEN greatest(usual.at, spared.at) END AS at,
           CASE WHEN spared.at > usual.at AND spared.at > now() THEN 'its host is left alone' ELSE usual.why END AS why
) AS due
WHERE portal.ended_at IS NULL;

COMMENT ON VIEW news.portal_due IS 'When each portal is crawled next by workers, and why then; due_at is null while a run goes on';
