-- Null while a run goes on.
SELECT due_at <= now() FROM news.portal_due WHERE portal = %(portal)s::text;
