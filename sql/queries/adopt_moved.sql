-- Whether this very run took it for new: then its figures must not say so.
SELECT merged, met >= (SELECT started_at FROM news.run WHERE id = %(run)s::bigint) AS in_this_run
FROM news.adopt_moved(%(id)s::bigint) WHERE merged IS NOT NULL;
