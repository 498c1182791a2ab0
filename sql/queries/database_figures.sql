-- What a database weighs, in bytes; what it gained in thirty days is estimated by its articles.
WITH counted AS (
    SELECT (SELECT count(*) FROM news.article_current) AS articles,
           (SELECT count(*) FROM news.article_current WHERE first_seen_at > now() - interval '30 days') AS articles_new,
           pg_database_size(current_database()) AS bytes
)
SELECT articles, articles_new, bytes, (bytes::numeric * articles_new / nullif(articles, 0))::bigint AS bytes_new,
       (SELECT count(*) FROM news.run WHERE status = 'running') AS runs_going_on,
       due.portal AS oldest_due_portal, due.next_due AS oldest_due
FROM counted
LEFT JOIN LATERAL (
    SELECT list.portal, list.next_due FROM news.list
    WHERE next_due <= now() AND NOT EXISTS (SELECT FROM news.portal WHERE portal.name = list.portal AND ended_at IS NOT NULL)
    ORDER BY next_due LIMIT 1
) AS due ON true;
