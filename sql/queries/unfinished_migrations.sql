SELECT version FROM news.migration WHERE finished_at IS NULL;
