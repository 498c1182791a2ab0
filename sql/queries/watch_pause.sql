-- Paused since then; not any more.
UPDATE news.watch SET paused_at = CASE WHEN %(paused)s::boolean THEN coalesce(paused_at, now()) END WHERE name = %(name)s::text;
