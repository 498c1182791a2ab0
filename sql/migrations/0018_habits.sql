-- A portal's own habits in when to ask again, and the robots.txt that a crawl of what is due need not ask for anew.
ALTER TABLE news.host ADD COLUMN robots_url text;
ALTER TABLE news.host ADD COLUMN robots_text text;
ALTER TABLE news.host ADD COLUMN robots_read_at timestamptz;

DROP FUNCTION news.change_rate(int, int, interval, interval);

-- Changes a day of an article: what its visits showed (Cho, Garcia-Molina: unbiased for visits at intervals), and as much as two
-- visits weigh, what articles of its age do. Between one in 2,000 days and seven a day, and never less than half of what is
-- usual at its age (one in five days at first, a tenth of that after a month, times its portal's habit): then it rests at most twice as long.
CREATE FUNCTION news.change_rate(visits int, changes int, watched interval, age interval, habit double precision DEFAULT 1) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT least(7.0, greatest(0.0005, usual / 2, (2 * usual + CASE WHEN visits > 0 THEN
               visits * -ln((visits - least(changes, visits) + 0.5) / (visits + 0.5))
               * visits / greatest(extract(epoch FROM watched) / 86400.0, 0.04)::double precision
           ELSE 0.0 END) / (2 + visits)))::double precision
    FROM (SELECT greatest(0.0005, 0.2 * habit / (1 + greatest(extract(epoch FROM age)::double precision / 86400.0, 0) / 3))) AS given (usual);
$$;

-- How much oftener a portal's articles change than is usual at their age, as far as they were watched: up to four times. Five
-- changes more on both sides: a portal that nobody has watched for long is a usual one. So is a calm one, or the promise would not hold.
CREATE FUNCTION news.portal_habit(named text) RETURNS double precision
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT least(4.0, greatest(1.0, (5 + coalesce(sum(changes), 0)) / (5 + coalesce(sum(expected), 0))))::double precision
    FROM (
        SELECT article.revision - 1 AS changes,
               0.6 * ln((3 + aged + watched) / (3 + aged)) AS expected
        FROM news.article_current AS article
        JOIN news.sighting ON sighting.article_id = article.id
        CROSS JOIN LATERAL (
            SELECT greatest(0, extract(epoch FROM article.first_seen_at - coalesce(article.published_at, article.first_seen_at)) / 86400.0),
                   greatest(0, extract(epoch FROM sighting.last_seen_at - article.first_seen_at) / 86400.0)
        ) AS days (aged, watched)
        WHERE article.portal = named
    ) AS met;
$$;

-- The usual time between two articles of a portal in its last three months; null where there are fewer than five.
CREATE FUNCTION news.portal_rhythm(named text, moment timestamptz) RETURNS interval
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN count(*) >= 4 THEN percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) END
    FROM (
        SELECT published_at - lag(published_at) OVER (ORDER BY published_at) AS gap
        FROM news.article_current
        WHERE portal = named AND published_at > moment - interval '90 days' AND published_at <= moment
    ) AS gaps
    WHERE gap > '0';
$$;

COMMENT ON COLUMN news.host.robots_url IS 'The robots.txt that was read last';
COMMENT ON COLUMN news.host.robots_text IS 'What it said, if it is short; empty where there is none. A crawl of what is due asks for it once a day';
COMMENT ON COLUMN news.host.robots_read_at IS 'When it was read';
