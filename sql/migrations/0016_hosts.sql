-- How hosts are to be asked: what outlives a crawl. A run can end as one that the portal keeps out.
CREATE TABLE news.host (
    host                 text PRIMARY KEY,
    address              text,
    delay                real NOT NULL DEFAULT 0 CONSTRAINT host_delay CHECK (delay >= 0),
    crawl_delay          real NOT NULL DEFAULT 0 CONSTRAINT host_crawl_delay CHECK (crawl_delay >= 0),
    failures             int NOT NULL DEFAULT 0 CONSTRAINT host_failures CHECK (failures >= 0),
    refused_at           timestamptz,
    blocked_until        timestamptz,
    robots_failing_since timestamptz,
    asked_at             timestamptz,
    next_due             timestamptz,
    run_id               bigint REFERENCES news.run ON DELETE SET NULL
);

ALTER TABLE news.run DROP CONSTRAINT run_status_check;
ALTER TABLE news.run ADD CONSTRAINT run_status_check
    CHECK (status IN ('running', 'ok', 'partial', 'failed', 'interrupted', 'blocked')) NOT VALID;

COMMENT ON TABLE news.host IS 'Hosts and how they are to be asked';
COMMENT ON COLUMN news.host.host IS 'The host''s name, without port';
COMMENT ON COLUMN news.host.address IS 'The network address that its name led to last; hosts of one address are asked one after the other';
COMMENT ON COLUMN news.host.delay IS 'Seconds between two requests, as its answers showed';
COMMENT ON COLUMN news.host.crawl_delay IS 'Seconds between two requests that its robots.txt asks for, at most those that are kept';
COMMENT ON COLUMN news.host.failures IS 'Refusals (429, 503) in a row; forgiven after thirty minutes without one';
COMMENT ON COLUMN news.host.refused_at IS 'When it refused last';
COMMENT ON COLUMN news.host.blocked_until IS 'Until when it is left alone';
COMMENT ON COLUMN news.host.robots_failing_since IS 'Since when its robots.txt gives only errors of the server, which is a no';
COMMENT ON COLUMN news.host.asked_at IS 'When it answered last';
COMMENT ON COLUMN news.host.next_due IS 'When it may be asked again';
COMMENT ON COLUMN news.host.run_id IS 'The run that asks it, or asked it last; as long as that goes on, its session holds a lock of the host';
