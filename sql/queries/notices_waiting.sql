SELECT count(*) FROM news.notice WHERE target = %(target)s AND sent_at IS NULL;
