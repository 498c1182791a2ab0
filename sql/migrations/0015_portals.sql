-- Portals that are crawled: those that have a file, and sites that somebody added. What was set for them outlives a crawl.
CREATE TABLE news.portal (
    name           text PRIMARY KEY,
    origin         text NOT NULL CONSTRAINT portal_origin CHECK (origin IN ('file', 'added')),
    home           text NOT NULL,
    hosts          text[] NOT NULL,
    province       text CONSTRAINT portal_province REFERENCES news.province,
    platform       text,
    sections       text[] NOT NULL DEFAULT '{}',
    browser        boolean NOT NULL DEFAULT false,
    daily_requests int CONSTRAINT portal_daily_requests CHECK (daily_requests > 0),
    opens_at       time,
    closes_at      time,
    added_at       timestamptz NOT NULL DEFAULT now(),
    ended_at       timestamptz,
    CONSTRAINT portal_hours CHECK ((opens_at IS NULL) = (closes_at IS NULL) AND opens_at IS DISTINCT FROM closes_at OR opens_at IS NULL)
);
CREATE INDEX portal_hosts ON news.portal USING gin (hosts);

COMMENT ON TABLE news.portal IS 'Portals that are crawled, and what was set for them';
COMMENT ON COLUMN news.portal.name IS 'The portal of articles, runs and fetches';
COMMENT ON COLUMN news.portal.origin IS 'file: it has a portal file, whose facts count; added: a user added it, or crawled it with --site';
COMMENT ON COLUMN news.portal.home IS 'Where a crawl begins';
COMMENT ON COLUMN news.portal.hosts IS 'Its hosts, without www., with the port where it is not the usual one';
COMMENT ON COLUMN news.portal.province IS 'Province that its articles get; null where nobody said';
COMMENT ON COLUMN news.portal.platform IS 'Platform that the file or the user names; null: found by looking';
COMMENT ON COLUMN news.portal.sections IS 'Sections that a crawl asks for whatever the menu says';
COMMENT ON COLUMN news.portal.browser IS 'Whether its lists are opened in a browser';
COMMENT ON COLUMN news.portal.daily_requests IS 'Requests a day, at most; null: no limit';
COMMENT ON COLUMN news.portal.opens_at IS 'From when on it may be crawled, Vietnam time; null: always';
COMMENT ON COLUMN news.portal.closes_at IS 'Until when it may be crawled, Vietnam time, the next morning where it is earlier than opens_at';
COMMENT ON COLUMN news.portal.ended_at IS 'When a user removed it; it is crawled no more, what it published stays';
