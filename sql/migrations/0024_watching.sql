-- Watching: how each day was looked at, and each portal's state by its runs.
-- What ended or marred a run, as a class: of the run's status, its error, and what became of what it met. Null: nothing.
CREATE FUNCTION news.run_cause(status text, error text, accounts jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE
        WHEN status = 'blocked' OR error ~ 'and is left alone until' THEN 'blocked'
        WHEN status IN ('ok', 'running') THEN NULL
        WHEN error ~ '^\d+ requests failed' THEN 'requests'
        WHEN error ~ 'CannotResolveHost|DNSLookup|NoAddress' THEN 'dns'
        WHEN error ~ 'ConnectionRefused' THEN 'refused'
        WHEN error ~ 'TLS: |certificate' THEN 'tls'
        WHEN error ~ 'Timeout' THEN 'timeout'
        WHEN error ~ '^robots\.txt|: robots\.txt' THEN 'robots'
        WHEN error ~ ' answers (404|410)\M' THEN '404'
        WHEN error ~ ' answers 5\d\d\M' THEN 'server'
        WHEN error ~ 'no article found' THEN 'no_articles'
        WHEN error ~ 'layout' OR accounts ? 'layout_changed' THEN 'layout'
        WHEN error ~ 'missing at once' THEN 'outage'
        WHEN error ~ 'do the lists lead elsewhere' THEN 'dead_lists'
        WHEN error ~ 'not followed to their end|^bounds reached' THEN 'truncated'
        WHEN error ~ '^stopped|^not started' THEN 'stopped'
        WHEN error ~ 'killed by signal|without a word|the process ended' THEN 'crash'
        ELSE 'other'
    END;
$$;

-- Portals by day of Vietnam, from the first crawl of each to today. A day that no run looked at has none; whether what was
-- published on it was caught all the same, later runs say (covered_at).
CREATE VIEW news.coverage AS
    SELECT calendar.portal, calendar.day,
           CASE WHEN coalesce(runs.runs, 0) = 0 THEN 'no_run'
                WHEN runs.whole AND runs.stored = 0 THEN 'quiet'
                WHEN runs.whole THEN 'complete'
                WHEN runs.running THEN 'running'
                WHEN runs.partial THEN 'partial'
                WHEN runs.blocked THEN 'blocked'
                WHEN runs.failed THEN 'failed'
                ELSE 'interrupted' END AS state,
           coalesce(runs.runs, 0) AS runs, coalesce(runs.listed, 0) AS listed, coalesce(runs.fetched, 0) AS fetched,
           coalesce(runs.stored, 0) AS stored, coalesce(runs.rejected, 0) AS rejected, runs.share, runs.causes, runs.why,
           (SELECT count(*) FROM news.article_current AS article
            WHERE article.portal = calendar.portal AND article.published_at >= calendar.day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
              AND article.published_at < (calendar.day + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh') AS published,
           (SELECT min(later.finished_at) FROM news.run AS later
            WHERE later.portal = calendar.portal AND later.kind = 'crawl' AND later.complete
              AND later.started_at >= (calendar.day + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh') AS covered_at
    FROM (SELECT first.portal, generate_series(first.day, (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, interval '1 day')::date AS day
          FROM (SELECT portal, (min(started_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day FROM news.run
                WHERE kind = 'crawl' GROUP BY portal) AS first) AS calendar
    LEFT JOIN (
        SELECT portal, (started_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, count(*) AS runs, max(listed) AS listed,
               sum(fetched)::bigint AS fetched, sum(new + changed)::bigint AS stored, sum(rejected)::bigint AS rejected,
               bool_or(complete) AS whole, bool_or(status = 'running') AS running,
               bool_or(status IN ('ok', 'partial')) AS partial, bool_or(status = 'blocked') AS blocked,
               bool_or(status = 'failed') AS failed,
               -- Of the articles that lists named, those whose end is known and no failure, in the best run of the day.
               max(round(1 - (coalesce((accounts -> 'listed_as' ->> 'failed')::numeric, 0) + coalesce((accounts -> 'listed_as' ->> 'rejected')::numeric, 0)
                              + coalesce((accounts -> 'listed_as' ->> 'left_out')::numeric, 0) + coalesce((accounts -> 'listed_as' ->> 'unfinished')::numeric, 0))
                             / nullif(listed, 0), 3)) AS share,
               array_agg(DISTINCT news.run_cause(status, error, accounts)) FILTER (WHERE news.run_cause(status, error, accounts) IS NOT NULL) AS causes,
               (array_agg(error ORDER BY started_at DESC) FILTER (WHERE error IS NOT NULL))[1] AS why
        FROM news.run WHERE kind = 'crawl' GROUP BY portal, 2
    ) AS runs ON runs.portal = calendar.portal AND runs.day = calendar.day;

-- Each portal's state, from its runs: what its last one says, held against what is usual for it. Runs that a person ended say nothing.
CREATE VIEW news.portal_health AS
    SELECT judged.portal, judged.state, judged.cause,
           CASE WHEN judged.state = 'never' THEN NULL WHEN judged.detail IS NOT NULL THEN judged.detail ELSE judged.error END AS detail,
           judged.run_id, judged.last_run_at, judged.last_ok_at,
           (SELECT min(run.started_at) FROM news.run
            WHERE run.portal = judged.portal AND run.kind = 'crawl' AND run.status IN ('partial', 'failed', 'blocked')
              AND run.started_at > coalesce(judged.last_ok_at, '-infinity')) AS failing_since,
           judged.listed, judged.usually_listed, judged.newest_at, judged.longest_gap
    FROM (
        SELECT portal.name AS portal, last.id AS run_id, last.started_at AS last_run_at, last.error, last.listed,
               ok.last_ok_at, usual.listed AS usually_listed, age.newest_at, age.longest_gap, given.*
        FROM (SELECT name FROM news.portal WHERE ended_at IS NULL
              UNION SELECT run.portal FROM news.run
              WHERE kind = 'crawl' AND NOT EXISTS (SELECT FROM news.portal AS ended WHERE ended.name = run.portal AND ended_at IS NOT NULL)) AS portal
        LEFT JOIN LATERAL (
            SELECT run.*, news.run_cause(status, run.error, accounts) AS cause, accounts ? 'lists_resting' AS rests FROM news.run
            WHERE run.portal = portal.name AND kind = 'crawl' AND status IN ('ok', 'partial', 'failed', 'blocked')
            ORDER BY started_at DESC, id DESC LIMIT 1
        ) AS last ON true
        LEFT JOIN LATERAL (
            SELECT max(started_at) AS last_ok_at FROM news.run WHERE run.portal = portal.name AND kind = 'crawl' AND status = 'ok'
        ) AS ok ON true
        -- What is usual: of the twenty runs before that were not marred, those that read all lists.
        LEFT JOIN LATERAL (
            SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY before.listed)::int AS listed, count(*) AS runs,
                   sum(before.rejected)::numeric AS rejected
            FROM (SELECT run.listed, run.rejected FROM news.run
                  WHERE run.portal = portal.name AND kind = 'crawl' AND status = 'ok' AND NOT accounts ? 'lists_resting'
                    AND (started_at, id) < (last.started_at, last.id) ORDER BY started_at DESC, id DESC LIMIT 20) AS before
        ) AS usual ON true
        -- Five runs in a row that met nothing at all, though they read lists.
        LEFT JOIN LATERAL (
            SELECT count(*) = 5 AND bool_and(recent.listed = 0 AND recent.new + recent.changed + recent.unchanged = 0 AND NOT recent.rests) AS is_empty
            FROM (SELECT run.listed, new, changed, unchanged, accounts ? 'lists_resting' AS rests FROM news.run
                  WHERE run.portal = portal.name AND kind = 'crawl' AND status IN ('ok', 'partial', 'failed', 'blocked')
                  ORDER BY started_at DESC, id DESC LIMIT 5) AS recent
        ) AS five ON true
        -- A field that the last run's articles lack more often than chance explains: of what is usually there less than 98 %,
        -- five standard deviations from it.
        LEFT JOIN LATERAL (
            SELECT string_agg(format('%s %s %% of %s', substr(field.name, 9), round(100 * field.now), round(100 * field.usually)), ', ' ORDER BY field.name) AS lacking
            FROM (SELECT name, 1 - without::numeric / last.fetched AS now, 1 - before.missing / before.articles AS usually, before.articles
                  FROM jsonb_each_text(last.accounts) AS given (name, without)
                  CROSS JOIN LATERAL (
                      SELECT coalesce(sum((run.accounts ->> name)::numeric), 0) AS missing, nullif(sum(run.fetched), 0) AS articles
                      FROM (SELECT accounts, fetched FROM news.run
                            WHERE run.portal = portal.name AND kind = 'crawl' AND status IN ('ok', 'partial') AND (started_at, id) < (last.started_at, last.id)
                            ORDER BY started_at DESC, id DESC LIMIT 20) AS run
                  ) AS before
                  WHERE name ~ '^without_' AND last.fetched >= 20) AS field
            WHERE field.articles >= 100 AND field.now < 0.98 * field.usually
              AND (field.usually - field.now) * sqrt(last.fetched) > 5 * sqrt(field.usually * (1 - field.usually) + 0.01)
        ) AS fields ON true
        -- How long the portal is silent at most, 99 times in a hundred: between its newest thousand articles, a day at least.
        LEFT JOIN LATERAL (
            SELECT max(dated.published_at) AS newest_at,
                   CASE WHEN count(*) >= 50 THEN
                       make_interval(secs => greatest(86400, percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM dated.gap)))) END AS longest_gap
            FROM (SELECT published_at, published_at - lag(published_at) OVER (ORDER BY published_at) AS gap
                  FROM (SELECT article.published_at FROM news.article_current AS article
                        WHERE article.portal = portal.name AND article.published_at <= last.started_at
                        ORDER BY article.published_at DESC LIMIT 1000) AS newest) AS dated
        ) AS age ON true
        CROSS JOIN LATERAL (
            SELECT * FROM (VALUES
                (1, last.id IS NULL, 'never', NULL, NULL),
                (2, last.cause = 'blocked', 'blocked', 'blocked', NULL),
                (3, last.status = 'failed', 'broken', last.cause, NULL),
                (4, last.cause = 'layout', 'broken', 'layout', NULL),
                (5, five.is_empty, 'broken', 'no_articles', 'five runs in a row met no article'),
                (6, fields.lacking IS NOT NULL, 'broken', 'fields', 'fields that were there: ' || fields.lacking),
                (7, last.rejected > 5 AND last.rejected > 0.3 * (last.new + last.changed + last.unchanged + last.rejected), 'thin', 'rejected',
                    format('%s items were rejected', last.rejected)),
                (8, NOT last.rests AND usual.runs >= 3 AND last.listed < 0.2 * usual.listed, 'broken', 'fewer_listed',
                    format('%s articles listed, usually %s', last.listed, usual.listed)),
                (9, NOT last.rests AND usual.runs >= 3 AND last.listed < 0.5 * usual.listed, 'thin', 'fewer_listed',
                    format('%s articles listed, usually %s', last.listed, usual.listed)),
                (10, last.status = 'partial', 'thin', last.cause, NULL),
                (11, last.started_at - age.newest_at > age.longest_gap, 'quiet', 'no_news',
                    format('nothing new since %s', to_char(age.newest_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD'))),
                (12, true, 'fine', NULL, NULL)
            ) AS rule (turn, applies, state, cause, detail)
            WHERE rule.applies ORDER BY rule.turn LIMIT 1
        ) AS given
    ) AS judged;

COMMENT ON VIEW news.coverage IS 'Portals by day of Vietnam: how each day was looked at; state is complete, quiet (looked at, nothing new), partial, running, blocked, failed, interrupted or no_run';
COMMENT ON COLUMN news.coverage.listed IS 'Articles that lists named, in the run that met most';
COMMENT ON COLUMN news.coverage.stored IS 'States of articles that the day''s runs stored: new ones and edits';
COMMENT ON COLUMN news.coverage.share IS 'Of the listed articles, the share that was not lost, rejected or left out, in the best run of the day';
COMMENT ON COLUMN news.coverage.causes IS 'Classes of what marred the day''s runs, see news.run_cause';
COMMENT ON COLUMN news.coverage.why IS 'What the last run that was marred says of it';
COMMENT ON COLUMN news.coverage.published IS 'Stored articles that the portal dates to this day, whenever they were met';
COMMENT ON COLUMN news.coverage.covered_at IS 'When the first run ended that began after the day and followed every list: from then on no gap';
COMMENT ON VIEW news.portal_health IS 'State of each portal by its runs: fine, quiet, thin, broken, blocked, never; the first rule that applies';
COMMENT ON COLUMN news.portal_health.cause IS 'Class of what is wrong: dns, refused, tls, timeout, 404, server, robots, blocked, layout, no_articles, fields, fewer_listed, rejected, truncated, requests, outage, dead_lists, stopped, crash, no_news, other';
COMMENT ON COLUMN news.portal_health.failing_since IS 'The first run after the last good one that was not good';
COMMENT ON COLUMN news.portal_health.usually_listed IS 'The median of the last twenty good runs that read every list';
COMMENT ON COLUMN news.portal_health.longest_gap IS '99 of 100 times between two of its newest thousand articles are shorter; a day at least';
