SELECT address.url, address.secret FROM news.watch_address AS address JOIN news.watch ON watch.id = address.watch_id
WHERE watch.name = %(name)s::text ORDER BY address.id;
