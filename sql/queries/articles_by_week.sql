-- Articles of the last twelve weeks by the province of today, Vietnam's weeks from Monday on.
SELECT coalesce(province.successor, article.province) AS province,
       date_trunc('week', article.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS week, count(*) AS number
FROM news.article_current AS article
LEFT JOIN news.province ON province.slug = article.province
WHERE article.published_at >= date_trunc('week', now() AT TIME ZONE 'Asia/Ho_Chi_Minh') AT TIME ZONE 'Asia/Ho_Chi_Minh' - interval '11 weeks'
  AND article.published_at <= now()
GROUP BY 1, 2
ORDER BY 2, 1;
