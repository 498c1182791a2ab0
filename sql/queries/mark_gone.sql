-- The text stays. One row if this is new, none if it was known.
WITH confirmed AS (
    SELECT article_id, first_missed_at FROM news.absence
    WHERE article_id = %(id)s::bigint AND returned_at IS NULL AND confirmed_at IS NOT NULL
), before AS (
    SELECT article.id FROM news.article_current AS article JOIN confirmed ON confirmed.article_id = article.id
    WHERE article.gone_at IS NULL
), marked AS (
    UPDATE news.article_current AS article SET gone_at = confirmed.first_missed_at
    FROM confirmed WHERE article.id = confirmed.article_id AND article.gone_at IS DISTINCT FROM confirmed.first_missed_at
)
SELECT id FROM before;
