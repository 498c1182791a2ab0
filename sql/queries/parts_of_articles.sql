-- What ingest.locking takes the parts of articles from.
SELECT portal, url, identity FROM news.article_current WHERE id = ANY (%(ids)s::bigint[]);
