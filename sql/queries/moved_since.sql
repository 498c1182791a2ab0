-- Pages older than the move of their article, loaded or replayed after it: they are that article's.
SELECT DISTINCT ON (given.place) given.place, article.identity
FROM unnest(%(urls)s::text[], %(moments)s::timestamptz[]) WITH ORDINALITY AS given (url, seen_at, place)
JOIN news.absence ON absence.url = given.url AND absence.moved_to IS NOT NULL AND given.seen_at <= absence.returned_at
JOIN news.article_current AS article ON article.id = absence.article_id
ORDER BY given.place, absence.returned_at DESC;
