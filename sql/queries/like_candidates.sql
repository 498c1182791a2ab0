-- Only so many of each: a text that hundreds have in common is in one cluster with all of them through a few.
SELECT mine.article_id, near.article_id
FROM news.fingerprint AS mine
CROSS JOIN LATERAL (
    SELECT other.article_id
    FROM news.fingerprint AS other
    WHERE other.keys && mine.keys AND other.article_id <> mine.article_id
    ORDER BY (SELECT count(*) FROM unnest(other.keys) AS key WHERE key = ANY (mine.keys)) DESC, other.article_id
    LIMIT %(most)s::int
) AS near
WHERE mine.article_id = ANY (%(ids)s::bigint[]);
