UPDATE news.portal SET ended_at = CASE WHEN %(ended)s THEN coalesce(ended_at, now()) END WHERE name = %(name)s;
