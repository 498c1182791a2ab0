-- Revisits by value: how often an article was asked again, and when each list was read and showed something new.
ALTER TABLE news.sighting ADD COLUMN visits int NOT NULL DEFAULT 0;

ALTER TABLE news.host ADD COLUMN validators_lie boolean NOT NULL DEFAULT false;

-- Changes a day of an article: what its visits showed (Cho, Garcia-Molina: unbiased for visits at intervals), and as much as two
-- visits weigh, what articles of its age do. Between one in 2,000 days and seven a day, and never less than half of what is
-- usual at its age (one in five days at first, a tenth of that after a month): then it rests at most twice as long.
CREATE FUNCTION news.change_rate(visits int, changes int, watched interval, age interval) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT least(7.0, greatest(0.0005, usual / 2, (2 * usual + CASE WHEN visits > 0 THEN
               visits * -ln((visits - least(changes, visits) + 0.5) / (visits + 0.5))
               * visits / greatest(extract(epoch FROM watched) / 86400.0, 0.04)::double precision
           ELSE 0.0 END) / (2 + visits)))::double precision
    FROM (SELECT greatest(0.0005, 0.2 / (1 + greatest(extract(epoch FROM age)::double precision / 86400.0, 0) / 3))) AS given (usual);
$$;

-- After how long an article of that rate is asked again: once a change is as likely as one in ten, those of the first three
-- days at half of that; never later than after 90 days.
CREATE FUNCTION news.revisit_after(rate double precision, age interval) RETURNS interval
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT make_interval(secs => least(90.0, 0.105 / rate * CASE WHEN age < '3 days' THEN 0.5 ELSE 1 END) * 86400.0);
$$;

-- What asking again is worth after so many days: the freshness that it gains.
CREATE FUNCTION news.revisit_value(rate double precision, days double precision, age interval) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN age < '3 days' THEN 2 ELSE 1 END / rate * (1 - (1 + rate * days) * exp(-least(rate * days, 700.0)));
$$;

-- Lists, feeds and sitemaps of portals: read again when they are due.
CREATE TABLE news.list (
    portal      text NOT NULL,
    key         text NOT NULL,
    kind        text NOT NULL CONSTRAINT list_kind CHECK (kind IN ('section', 'feed', 'sitemap')),
    every       interval NOT NULL CONSTRAINT list_every CHECK (every > '0'),
    read_at     timestamptz NOT NULL,
    new_at      timestamptz,
    next_due    timestamptz NOT NULL,
    PRIMARY KEY (portal, key)
);

COMMENT ON COLUMN news.sighting.visits IS 'How often the article was asked again';
COMMENT ON TABLE news.list IS 'Lists, feeds and sitemaps of portals, and when they are due';
COMMENT ON COLUMN news.list.key IS 'The list''s name in a crawl: what the addresses of its pages have in common';
COMMENT ON COLUMN news.list.every IS 'How long it rests: half as long after news, half as long again without, from an hour to three days';
COMMENT ON COLUMN news.list.read_at IS 'When it was read last';
COMMENT ON COLUMN news.list.new_at IS 'When it last showed an article that nobody knew';
COMMENT ON COLUMN news.list.next_due IS 'When it is due';
COMMENT ON COLUMN news.host.validators_lie IS 'A page of it changed and bore the ETag or Last-Modified of before: it is asked without them';
