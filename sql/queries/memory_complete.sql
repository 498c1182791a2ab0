SELECT coalesce((SELECT complete FROM news.run WHERE portal = %(portal)s AND kind = 'crawl' AND status <> 'running'
                 ORDER BY started_at DESC LIMIT 1), false);
