SELECT reason FROM news.reject WHERE url = %(url)s::text ORDER BY rejected_at DESC LIMIT 1;
