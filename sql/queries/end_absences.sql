-- Seen again. A sighting between two misses, loaded late, begins the absence anew.
WITH seen AS (
    SELECT article_id, max(seen_at) AS seen_at
    FROM unnest(%(ids)s::bigint[], %(moments)s::timestamptz[]) AS met (article_id, seen_at) GROUP BY article_id
), ended AS (
    UPDATE news.absence SET
        returned_at = CASE WHEN seen.seen_at >= absence.last_missed_at THEN seen.seen_at END,
        first_missed_at = CASE WHEN seen.seen_at >= absence.last_missed_at THEN absence.first_missed_at ELSE absence.last_missed_at END,
        confirmed_at = CASE WHEN seen.seen_at >= absence.last_missed_at THEN absence.confirmed_at END
    FROM seen
    WHERE absence.article_id = seen.article_id AND absence.returned_at IS NULL AND seen.seen_at > absence.first_missed_at
    RETURNING absence.article_id
)
UPDATE news.article_current AS article SET gone_at = NULL
FROM ended WHERE article.id = ended.article_id AND article.gone_at IS NOT NULL;
