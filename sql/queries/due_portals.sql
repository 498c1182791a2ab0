-- Those that have waited longest first; at night hours and daily budgets the caller looks.
SELECT portal, due_at FROM news.portal_due WHERE due_at <= now() ORDER BY due_at, portal;
