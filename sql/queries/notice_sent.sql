UPDATE news.notice SET sent_at = now(), tries = tries + 1, error = NULL WHERE id = %(id)s;
