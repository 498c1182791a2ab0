SELECT min(id), max(id) FROM news.fetch;
