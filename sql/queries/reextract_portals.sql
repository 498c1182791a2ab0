SELECT portal, count(*) FROM news.article_current
WHERE %(portal)s::text IS NULL OR portal = %(portal)s::text
GROUP BY portal ORDER BY portal;
