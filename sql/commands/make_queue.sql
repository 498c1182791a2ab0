CREATE SCHEMA news_queue;
