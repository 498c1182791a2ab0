SELECT health.*, portal.home, portal.province, portal.platform,
       (SELECT count(*) FROM news.article_current AS article WHERE article.portal = health.portal) AS articles
FROM news.portal_health AS health
LEFT JOIN news.portal ON portal.name = health.portal
WHERE %(portal)s::text IS NULL OR health.portal = %(portal)s::text
ORDER BY array_position(ARRAY['broken', 'blocked', 'thin', 'quiet', 'fine', 'never'], health.state), health.portal;
