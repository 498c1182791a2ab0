-- What was published under each province's name, and by how many portals.
SELECT province, count(*) AS articles, count(DISTINCT portal) AS portals, max(published_at) AS last_at
FROM news.article_current WHERE province IS NOT NULL GROUP BY province;
