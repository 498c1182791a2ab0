SELECT article.id, article.portal, article.province, article.url, article.title, article.published_at, article.byline,
       article.authors, article.unit, article.credit, article.section, article.lead, article.revision, article.gone_at, article.redacted_at, found.rank,
       article.province_now
FROM news.search(
    %(query)s::text, %(portal)s::text, %(province)s::text, %(author)s::text, %(units)s::text[], %(section)s::text,
    %(since)s::timestamptz, %(until)s::timestamptz, %(sort)s::text, %(limit)s::int, %(offset)s::int, %(gone)s::boolean
) WITH ORDINALITY AS found (id, rank, place)
JOIN news.article AS article ON article.id = found.id
ORDER BY found.place;
