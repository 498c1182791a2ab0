SELECT sequencename::text, last_value FROM pg_sequences WHERE schemaname = 'news' AND last_value IS NOT NULL ORDER BY sequencename;
