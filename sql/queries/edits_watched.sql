-- Edits that are news to watches, where the others that were written down with them are none.
INSERT INTO news.watch_due (article_id, kind, at, number)
SELECT article_id, 'edited', at, 0 FROM unnest(%(ids)s::bigint[], %(moments)s::timestamptz[]) AS one (article_id, at)
WHERE EXISTS (SELECT FROM news.watch);
