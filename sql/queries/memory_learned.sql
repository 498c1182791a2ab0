SELECT accounts->'wrapper' FROM news.run
WHERE portal = %(portal)s AND kind = 'crawl' AND accounts ? 'wrapper' ORDER BY started_at DESC LIMIT 1;
