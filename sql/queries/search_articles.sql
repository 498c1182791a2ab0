SELECT article.id, article.portal, article.province, article.url, article.title, article.published_at, article.byline,
       article.authors, article.unit, article.credit, article.section, article.lead, article.revision, article.gone_at, article.redacted_at, found.rank,
       article.province_now, article.cluster,
       CASE WHEN article.cluster IS NULL THEN 0
            ELSE (SELECT count(*) - 1 FROM news.fingerprint AS copy WHERE copy.cluster = article.cluster) END AS copies
FROM news.search(
    %(query)s::text, %(portal)s::text, %(province)s::text, %(author)s::text, %(units)s::text[], %(section)s::text,
    %(since)s::timestamptz, %(until)s::timestamptz, %(sort)s::text, %(limit)s::int, %(offset)s::int, %(gone)s::boolean,
    %(fold)s::boolean
) WITH ORDINALITY AS found (id, rank, place)
JOIN news.article AS article ON article.id = found.id
ORDER BY found.place;
