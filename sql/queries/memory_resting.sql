SELECT key FROM news.list WHERE portal = %(portal)s AND next_due > %(now)s::timestamptz;
