-- Where the last run of the portal stopped, if it stopped early and the rules are still the same.
SELECT coalesce(max(reached) FILTER (WHERE status <> 'ok' AND rules = %(rules)s::text), 0)
FROM (SELECT reached, status, rules FROM news.run
      WHERE portal = %(portal)s::text AND kind = 'reextract' ORDER BY started_at DESC, id DESC LIMIT 1) AS last;
