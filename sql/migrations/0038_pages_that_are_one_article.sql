-- A portal that gives one article at many addresses, as one that answers everything with its home page does, is told to be thin.
CREATE OR REPLACE VIEW news.portal_health AS
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
            SELECT id, started_at, status, run.error, run.listed, fetched, new, changed, unchanged, rejected, accounts,
                   news.run_cause(status, run.error, accounts) AS cause, accounts ? 'lists_resting' AS rests,
                   coalesce((accounts ->> 'duplicates')::numeric, 0) AS duplicates FROM news.run
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
                (8, last.duplicates > 5 AND last.duplicates > 0.3 * (last.fetched + last.duplicates), 'thin', 'duplicates',
                    format('%s of %s pages are articles that other addresses gave already', last.duplicates, last.fetched + last.duplicates)),
                (9, NOT last.rests AND usual.runs >= 3 AND last.listed < 0.2 * usual.listed, 'broken', 'fewer_listed',
                    format('%s articles listed, usually %s', last.listed, usual.listed)),
                (10, NOT last.rests AND usual.runs >= 3 AND last.listed < 0.5 * usual.listed, 'thin', 'fewer_listed',
                    format('%s articles listed, usually %s', last.listed, usual.listed)),
                (11, last.status = 'partial', 'thin', last.cause, NULL),
                (12, last.started_at - age.newest_at > age.longest_gap, 'quiet', 'no_news',
                    format('nothing new since %s', to_char(age.newest_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD'))),
                (13, true, 'fine', NULL, NULL)
            ) AS rule (turn, applies, state, cause, detail)
            WHERE rule.applies ORDER BY rule.turn LIMIT 1
        ) AS given
    ) AS judged;
COMMENT ON COLUMN news.portal_health.cause IS 'Class of what is wrong: dns, refused, tls, timeout, 404, server, robots, blocked, layout, no_articles, fields, fewer_listed, rejected, duplicates, truncated, requests, outage, dead_lists, stopped, crash, no_news, other';
