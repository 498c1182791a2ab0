-- Moments are seconds since 1970, 0 for none.
INSERT INTO news.host AS host (host, address, delay, crawl_delay, failures, refused_at, blocked_until, robots_failing_since, asked_at, next_due, run_id, robots_url, robots_text, robots_read_at)
SELECT %(host)s::text, %(address)s::text, %(delay)s::real, %(crawl_delay)s::real, %(refusals)s::int, to_timestamp(nullif(%(refused_at)s::float8, 0)),
       to_timestamp(nullif(%(blocked_until)s::float8, 0)), to_timestamp(nullif(%(robots_failing_since)s::float8, 0)),
       to_timestamp(nullif(%(asked_at)s::float8, 0)),
       greatest(to_timestamp(nullif(%(blocked_until)s::float8, 0)),
                to_timestamp(nullif(%(asked_at)s::float8, 0)) + make_interval(secs => greatest(%(delay)s::real, %(crawl_delay)s::real)::float8)),
       %(run)s::bigint, nullif(%(robots_url)s::text, ''), %(robots_text)s::text, to_timestamp(nullif(%(robots_read_at)s::float8, 0))
ON CONFLICT (host) DO UPDATE SET
    address = coalesce(excluded.address, host.address), delay = excluded.delay, crawl_delay = excluded.crawl_delay,
    failures = excluded.failures, refused_at = excluded.refused_at, blocked_until = excluded.blocked_until,
    robots_failing_since = excluded.robots_failing_since, asked_at = coalesce(excluded.asked_at, host.asked_at),
    next_due = coalesce(excluded.next_due, host.next_due), run_id = excluded.run_id,
    robots_url = excluded.robots_url, robots_text = excluded.robots_text, robots_read_at = excluded.robots_read_at;
