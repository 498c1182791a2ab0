-- What is due by its rate of change, and what was missed once, at most so many; of the greatest value first. One in ten more, at
-- random, of what is not due: a rate that was told wrong is found out. Longest unseen first and all of it where nothing is to rest.
-- No validators for what was missed (a page that says so would be “not modified”), where they lie, and at every fifth visit: that is
-- how lies are found out.
WITH liars AS MATERIALIZED (
    SELECT host FROM news.host WHERE validators_lie
), portal AS MATERIALIZED (
    SELECT news.portal_habit(%(portal)s::text) AS habit
), known AS (
    SELECT article.id, article.url, article.identity, article.published_at, absence.id IS NOT NULL AS missed,
           absence.id IS NOT NULL AND absence.confirmed_at IS NULL AS is_first,
           coalesce(absence.last_missed_at, sighting.last_seen_at) AS asked_at,
           CASE WHEN is_conditional THEN sighting.etag END AS etag,
           CASE WHEN is_conditional THEN sighting.last_modified END AS last_modified,
           %(now)s::timestamptz - coalesce(article.published_at, article.first_seen_at) AS age,
           coalesce(sighting.visits, 0) AS visits, article.revision - 1 AS changes,
           coalesce(sighting.last_seen_at, article.first_seen_at) - article.first_seen_at AS watched
    FROM news.article_current AS article
    LEFT JOIN news.sighting ON sighting.article_id = article.id
    LEFT JOIN news.absence ON absence.article_id = article.id AND absence.returned_at IS NULL
    CROSS JOIN LATERAL (
        SELECT absence.id IS NULL AND sighting.visits %% 5 < 4
               AND NOT EXISTS (SELECT FROM liars WHERE host = substring(article.url FROM '^https?://(?:[^/@]*@)?([^/:?#]+)'))
    ) AS told (is_conditional)
    WHERE article.portal = %(portal)s
), rated AS (
    SELECT known.*, news.change_rate(visits, changes, watched, age, habit) AS rate,
           extract(epoch FROM %(now)s::timestamptz - asked_at) / 86400.0 AS days
    FROM known, portal
), weighed AS (
    SELECT rated.*, news.revisit_value(rate, days::float8, age) AS value,
           is_first OR asked_at IS NULL OR asked_at + news.revisit_after(rate, age) <= %(now)s::timestamptz AS is_due
    FROM rated
), chosen AS (
    SELECT * FROM (
        SELECT weighed.*, 0 AS turn FROM weighed WHERE is_due OR NOT %(resting)s
        ORDER BY is_first DESC, CASE WHEN %(resting)s THEN value END DESC, asked_at NULLS FIRST, published_at DESC NULLS LAST
        LIMIT %(most)s::bigint
    ) AS due
    UNION ALL
    SELECT * FROM (
        SELECT weighed.*, 1 AS turn FROM weighed WHERE %(resting)s AND NOT is_due ORDER BY random()
        LIMIT least((SELECT count(*) FROM weighed WHERE is_due), %(most)s::bigint) / 10
    ) AS others
)
SELECT url, identity, etag, last_modified, missed FROM chosen
ORDER BY turn, is_first DESC, CASE WHEN %(resting)s THEN value END DESC, asked_at NULLS FIRST, published_at DESC NULLS LAST;
