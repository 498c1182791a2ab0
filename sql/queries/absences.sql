SELECT absence.id, article_id, how, url, led_to, first_missed_at, last_missed_at, confirmed_at, returned_at, moved_to
FROM news.absence WHERE article_id = %(id)s::bigint
ORDER BY first_missed_at;
