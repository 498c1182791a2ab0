-- What nobody has taken yet, and since when the oldest waits.
SELECT count(*)::int AS notices, min(made_at) AS since FROM news.notice WHERE sent_at IS NULL;
