SELECT portal.name AS portal, last.started_at AS last_run, last.status, last.new, last.error,
       (SELECT count(*) FROM news.article_current AS article WHERE article.portal = portal.name) AS articles,
       (SELECT max(published_at) FROM news.article_current AS article WHERE article.portal = portal.name) AS newest
FROM (SELECT unnest(%(portals)s::text[]) UNION SELECT portal FROM news.run UNION SELECT portal FROM news.article_current) AS portal (name)
LEFT JOIN LATERAL (
    SELECT run.started_at, run.status, run.new, run.error FROM news.run
    WHERE run.portal = portal.name AND run.kind = 'crawl' ORDER BY run.started_at DESC LIMIT 1
) AS last ON true
ORDER BY portal.name;
