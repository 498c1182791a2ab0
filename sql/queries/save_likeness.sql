INSERT INTO news.likeness AS known (article_id, other_id, likeness)
SELECT * FROM unnest(%(ids)s::bigint[], %(others)s::bigint[], %(likenesses)s::real[])
ON CONFLICT (article_id, other_id) DO UPDATE SET likeness = excluded.likeness;
