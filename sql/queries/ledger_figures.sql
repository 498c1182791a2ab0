-- What a monitor asks: sizes, when a portal was crawled well last, what changed today.
SELECT (SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'news.article_current'::regclass) AS articles_estimated,
       (SELECT count(*) FROM news.run WHERE status = 'running') AS runs_running,
       (SELECT coalesce(extract(epoch FROM max(finished_at)), 0)::float8 FROM news.run WHERE kind = 'crawl' AND status = 'ok') AS last_ok_at,
       pg_database_size(current_database()) AS database_bytes;
