-- Watches by name, with their hits that may be shown. Not where they tell.
SELECT watch.id, watch.name, watch.filters, watch.kinds, watch.least, watch.quiet_from, watch.quiet_to,
       extract(epoch FROM watch.digest)::bigint AS digest_seconds, watch.created_at, watch.paused_at, watch.told_at,
       coalesce(met.hits, 0) AS hits, met.last_hit_at
FROM news.watch
LEFT JOIN LATERAL (
    SELECT count(*) AS hits, max(hit.found_at) AS last_hit_at FROM news.watch_hit AS hit
    WHERE hit.watch_id = watch.id
      AND (hit.kind = 'redacted' OR NOT EXISTS (SELECT FROM news.redaction WHERE redaction.article_id = hit.article_id))
) AS met ON true
WHERE %(name)s::text IS NULL OR watch.name = %(name)s::text
ORDER BY watch.name
LIMIT %(limit)s::int;
