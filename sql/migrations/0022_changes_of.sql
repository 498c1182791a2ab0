-- Changes of one kind, newest first, after a place. Where each kind is read from is said here once more, because of a view over all kinds
-- no index is asked for the newest: so the newest few cost a few rows. Filters are given as ids, or as what `news.asked` and
-- `news.asked_labels` make of them.
CREATE FUNCTION news.changes_of(
    wanted_kind text, ids bigint[], words tsquery, labels tsquery, since timestamptz, until timestamptz, least_score real,
    after_at timestamptz, after_article bigint, after_kind text, after_number bigint, most int
) RETURNS SETOF news.change
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    source constant text := CASE wanted_kind
        WHEN 'published' THEN 'SELECT first_seen_at AS at, id AS article_id, 0::bigint AS number, NULL::real AS score FROM news.article_current'
        WHEN 'edited' THEN 'SELECT at, article_id, revision::bigint AS number, score FROM news.edit'
        WHEN 'gone' THEN 'SELECT first_missed_at AS at, article_id, id AS number, NULL::real AS score FROM news.absence WHERE confirmed_at IS NOT NULL'
        WHEN 'copied' THEN 'SELECT at, article_id, copy_id AS number, NULL::real AS score FROM news.copying'
        WHEN 'redacted' THEN 'SELECT redacted_at AS at, article_id, 0::bigint AS number, NULL::real AS score FROM news.redaction'
        ELSE 'SELECT returned_at AS at, article_id, id AS number, NULL::real AS score FROM news.absence WHERE returned_at IS NOT NULL' END;
    articles bigint[];
    numbers bigint[];
BEGIN
    EXECUTE 'SELECT array_agg(found.article_id), array_agg(found.number) FROM (
        SELECT event.article_id, event.number
        FROM (' || source || ') AS event JOIN news.article_current AS article ON article.id = event.article_id
        WHERE ($1 IS NULL OR event.article_id = ANY ($1)) AND ($2 IS NULL OR article.words @@ $2)
          AND ($3 IS NULL OR news.labels(article.portal, article.province, article.unit, article.authors, article.section,
                                         article.published_at, article.gone_at) @@ $3)
          AND ($4 IS NULL OR event.at >= $4) AND ($5 IS NULL OR event.at < $5) AND ($6 IS NULL OR event.score IS NULL OR event.score >= $6)
          AND ($7 IS NULL OR event.at <= $7)
          AND ($7 IS NULL OR (event.at, event.article_id, $11, event.number) < ($7, $8, $9, $10))
          AND ($11 <> ''moved'' OR EXISTS (SELECT FROM news.absence WHERE absence.id = event.number AND absence.moved_to IS NOT NULL))
          AND ($11 <> ''back'' OR EXISTS (SELECT FROM news.absence WHERE absence.id = event.number AND absence.moved_to IS NULL
                                                                     AND absence.confirmed_at IS NOT NULL))
          AND ($11 <> ''copied'' OR NOT EXISTS (SELECT FROM news.redaction WHERE redaction.article_id IN (event.article_id, event.number)))
        ORDER BY event.at DESC, event.article_id DESC, event.number DESC
        LIMIT $12) AS found'
    INTO articles, numbers
    USING ids, words, labels, changes_of.since, changes_of.until, least_score, after_at, after_article, after_kind, after_number, wanted_kind, most;
    RETURN QUERY
        SELECT change.* FROM news.change AS change
        WHERE change.kind = wanted_kind AND change.article_id = ANY (articles)
          AND (change.article_id, change.number) IN (SELECT * FROM unnest(articles, numbers));
END
$$;
CREATE INDEX absence_confirmed ON news.absence (first_missed_at DESC, article_id DESC) WHERE confirmed_at IS NOT NULL;
CREATE INDEX absence_returned ON news.absence (returned_at DESC, article_id DESC) WHERE returned_at IS NOT NULL;
CREATE INDEX copying_at ON news.copying (at DESC, article_id DESC);
