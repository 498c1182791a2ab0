-- How many of the articles that match fall under each value, of the newest 10,000 of them; `total` counts one more where there are more.
WITH matching AS MATERIALIZED (
    SELECT id FROM news.search_states(
        %(query)s::text, %(portal)s::text, %(province)s::text, %(author)s::text, %(units)s::text[], %(section)s::text,
        %(since)s::timestamptz, %(until)s::timestamptz, 'date', 10001, 0, %(gone)s::boolean, %(fold)s::boolean,
        %(in_history)s::boolean)
), facts AS MATERIALIZED (
    SELECT article.portal, article.province, coalesce(province.successor, article.province) AS province_now, article.unit, article.section,
           article.authors, article.gone_at IS NOT NULL AS is_gone, article.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS printed
    FROM matching JOIN news.article_current AS article USING (id)
    LEFT JOIN news.province ON province.slug = article.province
), counted AS (
    SELECT told.facet, told.value, count(*) AS number
    FROM facts CROSS JOIN LATERAL (VALUES
        ('portal', portal), ('province', province), ('province_now', province_now), ('unit', unit), ('section', section),
        ('gone', CASE WHEN is_gone THEN 'yes' ELSE 'no' END), ('year', to_char(printed, 'YYYY')), ('month', to_char(printed, 'YYYY-MM'))
    ) AS told (facet, value)
    WHERE told.value IS NOT NULL
    GROUP BY 1, 2
    UNION ALL
    SELECT 'author', name, count(*) FROM facts, unnest(authors) AS name GROUP BY name
    UNION ALL
    SELECT 'total', '', count(*) FROM matching
)
SELECT facet, value, number
FROM (SELECT counted.*, row_number() OVER (PARTITION BY facet ORDER BY CASE WHEN facet IN ('month', 'year') THEN value END DESC, number DESC, value) AS place
      FROM counted) AS placed
WHERE place <= CASE WHEN facet IN ('month', 'year') THEN 400 ELSE 15 END
ORDER BY facet, place;
