-- Tried again after a minute, two, four, at most six hours.
UPDATE news.notice SET tries = tries + 1, error = %(error)s,
    next_try = now() + least(interval '1 minute' * 2 ^ least(tries, 10), interval '6 hours')
WHERE id = %(id)s;
