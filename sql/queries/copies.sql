-- An article and its copies, the first one first: by what the portals say, else by when they were met.
SELECT article.id, article.portal, article.url, article.title, article.published_at, article.first_seen_at,
       article.gone_at, article.byline, article.credit, article.lead, article.body, known.likeness
FROM (
    SELECT member.article_id,
           first_value(member.article_id) OVER (ORDER BY coalesce(shown.published_at, shown.first_seen_at), shown.first_seen_at,
                                                         shown.id) AS first_id
    FROM news.fingerprint AS own
    JOIN news.fingerprint AS member ON member.cluster = own.cluster
    JOIN news.article_current AS shown ON shown.id = member.article_id
    WHERE own.article_id = %(id)s::bigint
) AS copy
JOIN news.article AS article ON article.id = copy.article_id
LEFT JOIN news.likeness AS known
    ON known.article_id = least(copy.article_id, copy.first_id) AND known.other_id = greatest(copy.article_id, copy.first_id)
ORDER BY coalesce(article.published_at, article.first_seen_at), article.first_seen_at, article.id;
