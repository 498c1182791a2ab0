-- Articles with a state of the portal's, not the first, that no edit tells of.
SELECT state.id
FROM (SELECT article.id, article.revision, article.made_by FROM news.article_current AS article WHERE article.revision > 1
      UNION ALL
      SELECT earlier.article_id, earlier.revision, earlier.made_by FROM news.article_revision AS earlier WHERE earlier.revision > 1) AS state
WHERE state.made_by = 'edited'
  AND NOT EXISTS (SELECT FROM news.edit WHERE edit.article_id = state.id AND edit.revision = state.revision)
GROUP BY state.id
LIMIT %(most)s::int;
