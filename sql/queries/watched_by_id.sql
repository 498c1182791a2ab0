-- Hits of a notice; what was redacted since is not among them.
SELECT watched.* FROM news.watched AS watched WHERE watched.hit_id = ANY (%(hits)s::bigint[]) ORDER BY watched.hit_id;
