-- Articles written by transactions that were not over when the cursor was told; first the ids of those that have become part of another
-- (`merged_into`). A row's xmin has 32 bits: what was written more than 2^32 transactions ago may come again, nothing is left out.
WITH present AS MATERIALIZED (
    SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next, %(cursor)s::bigint AS since
), written AS MATERIALIZED (
    SELECT article.id FROM news.article_current AS article, present
    WHERE present.since = 0 OR (present.next - article.xmin::text::bigint) & 4294967295 <= present.next - present.since
), merged AS MATERIALIZED (
    SELECT absence.merged_id AS id, absence.article_id AS merged_into FROM news.absence AS absence, present
    WHERE absence.merged_id IS NOT NULL
      AND (present.since = 0 OR (present.next - absence.xmin::text::bigint) & 4294967295 <= present.next - present.since)
)
SELECT (jsonb_populate_record(NULL::news.article, jsonb_build_object('id', merged.id))).*, merged.merged_into FROM merged
UNION ALL
SELECT article.*, NULL FROM written JOIN news.article AS article ON article.id = written.id;
