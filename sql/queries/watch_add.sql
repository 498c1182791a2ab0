-- The number of the watch and its query, as words and labels together; nothing where there is one of this name.
WITH asked AS (
    SELECT CASE WHEN btrim(%(query)s::text) <> '' THEN news.asked(%(query)s::text) END AS words,
           news.asked_labels(%(portal)s::text, %(province)s::text, %(author)s::text, %(units)s::text[], %(section)s::text, %(gone)s::boolean) AS labels
)
INSERT INTO news.watch (name, filters, kinds, words, labels, since, until, fold, least, is_open, quiet_from, quiet_to, digest)
SELECT %(name)s::text, %(filters)s::jsonb, %(kinds)s::text[], asked.words, asked.labels, %(since)s::timestamptz, %(until)s::timestamptz,
       %(fold)s::boolean, round(%(least)s::numeric, 6)::real, true, %(quiet_from)s::time, %(quiet_to)s::time, %(digest)s::interval
FROM asked
ON CONFLICT ON CONSTRAINT watch_name DO NOTHING
RETURNING id, news.both(words, labels)::text, numnode(words) = 0;
