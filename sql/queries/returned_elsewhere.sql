-- Which of these articles, met under addresses never met before, are ones that are missing at theirs.
SELECT DISTINCT ON (given.place) given.place, article.id
FROM unnest(%(portals)s::text[], %(titles)s::text[], %(digests)s::text[], %(published)s::timestamptz[], %(moments)s::timestamptz[])
     WITH ORDINALITY AS given (portal, title, digest, published_at, seen_at, place)
JOIN news.article_current AS article
    ON article.portal = given.portal AND article.title = given.title AND article.published_at IS NOT DISTINCT FROM given.published_at
JOIN news.absence ON absence.article_id = article.id AND absence.returned_at IS NULL AND absence.first_missed_at < given.seen_at
WHERE article.body <> '' AND encode(sha256(convert_to(article.body, 'UTF8')), 'hex') = given.digest
ORDER BY given.place, absence.first_missed_at DESC, article.id;
