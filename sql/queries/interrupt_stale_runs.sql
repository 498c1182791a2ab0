UPDATE news.run SET status = 'interrupted', finished_at = now(), error = 'the process ended without finishing'
WHERE portal = %(portal)s AND kind IN ('crawl', 'reextract') AND status = 'running';
