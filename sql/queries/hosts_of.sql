SELECT host, address, delay, crawl_delay, failures, blocked_until, robots_failing_since, next_due
FROM news.host WHERE host = ANY (%(hosts)s::text[]) ORDER BY host;
