SELECT portal, state, cause, detail, last_run_at, last_ok_at, failing_since, listed, usually_listed, newest_at
FROM news.portal_health
ORDER BY array_position(ARRAY['broken', 'blocked', 'thin', 'quiet', 'fine', 'never'], state), portal;
