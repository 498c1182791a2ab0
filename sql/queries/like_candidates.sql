-- Articles under any key of a chunk, for each chunk; of a crowd those that come first.
SELECT chunk.place, near.article_id
FROM unnest(%(chunks)s::text[]) WITH ORDINALITY AS chunk (keys, place)
CROSS JOIN LATERAL (
    SELECT made.article_id FROM news.fingerprint AS made WHERE made.keys && chunk.keys::int[] LIMIT %(most)s::int
) AS near;
