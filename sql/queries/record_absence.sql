-- Segments may be loaded in any order: the first and the last sighting of an absence count, if nothing was seen since.
INSERT INTO news.absence AS absence (article_id, how, url, led_to, first_missed_at, last_missed_at)
SELECT article.id, %(how)s::text, %(url)s::text, %(led_to)s::text, %(moment)s::timestamptz, %(moment)s::timestamptz
FROM news.article_current AS article
LEFT JOIN news.sighting ON sighting.article_id = article.id
WHERE article.portal = %(portal)s::text AND article.identity = %(identity)s::text AND article.url = %(url)s::text
  AND coalesce(sighting.last_seen_at, article.changed_at) < %(moment)s::timestamptz
ON CONFLICT (article_id) WHERE returned_at IS NULL DO UPDATE SET
    how = CASE WHEN excluded.last_missed_at > absence.last_missed_at THEN excluded.how ELSE absence.how END,
    led_to = CASE WHEN excluded.last_missed_at > absence.last_missed_at THEN excluded.led_to ELSE absence.led_to END,
    first_missed_at = least(absence.first_missed_at, excluded.first_missed_at),
    last_missed_at = greatest(absence.last_missed_at, excluded.last_missed_at),
    confirmed_at = coalesce(absence.confirmed_at, CASE
        WHEN greatest(absence.last_missed_at, excluded.last_missed_at)
           - least(absence.first_missed_at, excluded.first_missed_at) >= make_interval(secs => %(seconds)s::double precision)
        THEN greatest(absence.last_missed_at, excluded.last_missed_at) END)
WHERE excluded.last_missed_at > absence.last_missed_at OR excluded.first_missed_at < absence.first_missed_at
RETURNING absence.article_id;
