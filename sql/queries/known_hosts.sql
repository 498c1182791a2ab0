-- Those named, and those that the portal's last runs asked: its home page may lead to another host.
SELECT host, delay, crawl_delay, CASE WHEN blocked_until > now() OR refused_at > now() - interval '30 minutes' THEN failures ELSE 0 END AS refusals,
       coalesce(extract(epoch FROM refused_at), 0)::float8 AS refused_at, coalesce(extract(epoch FROM blocked_until), 0)::float8 AS blocked_until,
       coalesce(extract(epoch FROM robots_failing_since), 0)::float8 AS robots_failing_since,
       coalesce(extract(epoch FROM asked_at), 0)::float8 AS asked_at,
       coalesce(robots_url, '') AS robots_url, coalesce(robots_text, '') AS robots_text, coalesce(extract(epoch FROM robots_read_at), 0)::float8 AS robots_read_at
FROM news.host
WHERE host = ANY (%(hosts)s::text[])
   OR run_id IN (SELECT id FROM news.run WHERE portal = %(portal)s::text ORDER BY started_at DESC LIMIT 10);
