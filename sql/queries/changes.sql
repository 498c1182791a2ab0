-- Newest first, a page after the last event of the page before (`after_…`). Filters are those of search; since and until are
-- moments of the event.
SELECT change.*
FROM news.change AS change
JOIN news.article_current AS article ON article.id = change.article_id
WHERE (%(kinds)s::text[] IS NULL OR change.kind = ANY (%(kinds)s::text[]))
  AND (%(since)s::timestamptz IS NULL OR change.at >= %(since)s::timestamptz)
  AND (%(until)s::timestamptz IS NULL OR change.at < %(until)s::timestamptz)
  AND (%(after_at)s::timestamptz IS NULL
       OR change.at <= %(after_at)s::timestamptz
          AND (change.at, change.article_id, change.kind, change.number)
            < (%(after_at)s::timestamptz, %(after_article)s::bigint, %(after_kind)s::text, %(after_number)s::bigint))
  AND (%(least)s::real IS NULL OR change.kind <> 'edited' OR change.score >= %(least)s::real)
  AND (%(article)s::bigint IS NULL OR change.article_id = %(article)s::bigint)
  AND (%(query)s::text = '' OR article.words @@ news.asked(%(query)s::text))
  AND (%(portal)s::text IS NULL OR article.portal = %(portal)s::text)
  AND (%(province)s::text IS NULL OR article.province IN (
        SELECT slug FROM news.province WHERE successor = %(province)s::text OR slug = %(province)s::text))
  AND (%(units)s::text[] IS NULL OR article.unit = ANY (%(units)s::text[])
       OR news.fold(article.unit) = ANY (SELECT news.fold(name) FROM unnest(%(units)s::text[]) AS name))
  AND (%(author)s::text IS NULL OR EXISTS (
        SELECT FROM unnest(article.authors) AS name WHERE news.fold(name) = news.fold(%(author)s::text)))
  AND (%(section)s::text IS NULL OR news.fold(article.section) = news.fold(%(section)s::text))
  AND (%(gone)s::boolean IS NULL OR (article.gone_at IS NOT NULL) = %(gone)s::boolean)
ORDER BY change.at DESC, change.article_id DESC, change.kind DESC, change.number DESC
LIMIT %(limit)s::int;
