-- Every portal that rows speak of. Articles are walked by portal along the index, not one by one.
WITH RECURSIVE met (portal) AS (
    (SELECT portal FROM news.article_current ORDER BY portal LIMIT 1)
    UNION ALL
    SELECT (SELECT article.portal FROM news.article_current AS article WHERE article.portal > met.portal ORDER BY article.portal LIMIT 1)
    FROM met WHERE met.portal IS NOT NULL
)
SELECT portal FROM met WHERE portal IS NOT NULL
UNION SELECT name FROM news.portal
UNION SELECT portal FROM news.run WHERE portal <> '-';
