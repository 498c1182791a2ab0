-- What of a portal is asked again, how many are due now, when the next is, and after how long the last of them would be.
WITH portal AS MATERIALIZED (
    SELECT news.portal_habit(%(portal)s::text) AS habit
), rated AS (
    SELECT now() - coalesce(article.published_at, article.first_seen_at) AS age,
           coalesce(absence.last_missed_at, sighting.last_seen_at, article.first_seen_at) AS asked_at,
           absence.id IS NOT NULL AND absence.confirmed_at IS NULL AS is_first,
           news.change_rate(coalesce(sighting.visits, 0), article.revision - 1,
                            coalesce(sighting.last_seen_at, article.first_seen_at) - article.first_seen_at,
                            now() - coalesce(article.published_at, article.first_seen_at), portal.habit) AS rate
    FROM news.article_current AS article
    LEFT JOIN news.sighting ON sighting.article_id = article.id
    LEFT JOIN news.absence ON absence.article_id = article.id AND absence.returned_at IS NULL
    CROSS JOIN portal
    WHERE article.portal = %(portal)s
), timed AS (
    SELECT CASE WHEN is_first THEN 'missed once' WHEN age < '3 days' THEN 'articles of up to 3 days'
                WHEN age < '30 days' THEN 'articles of up to 30 days' WHEN age < '365 days' THEN 'articles of up to a year'
                ELSE 'older articles' END AS what,
           CASE WHEN is_first THEN 0 WHEN age < '3 days' THEN 1 WHEN age < '30 days' THEN 2 WHEN age < '365 days' THEN 3 ELSE 4 END AS place,
           CASE WHEN is_first THEN asked_at ELSE asked_at + news.revisit_after(rate, age) END AS next_due,
           news.revisit_after(rate, age) AS every
    FROM rated
    UNION ALL
    SELECT CASE kind WHEN 'section' THEN 'lists' ELSE kind || 's' END, 5, next_due, every FROM news.list WHERE portal = %(portal)s
)
SELECT what, count(*) AS number, count(*) FILTER (WHERE next_due <= now()) AS due,
       min(next_due) FILTER (WHERE next_due > now()) AS next_due, min(every) AS shortest, max(every) AS longest
FROM timed GROUP BY what, place ORDER BY place, what;
