SELECT id FROM news.database;
