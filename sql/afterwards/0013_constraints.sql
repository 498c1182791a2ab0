-- Reads the tables through; nobody who reads or writes them waits.
ALTER TABLE news.article_current VALIDATE CONSTRAINT article_province;
ALTER TABLE news.article_current VALIDATE CONSTRAINT article_precision;
ALTER TABLE news.article_revision VALIDATE CONSTRAINT revision_precision;
ALTER TABLE news.fetch VALIDATE CONSTRAINT fetch_status;
ALTER TABLE news.fetch VALIDATE CONSTRAINT fetch_bytes;
ALTER TABLE news.fetch VALIDATE CONSTRAINT fetch_archive_place;
ALTER TABLE news.fetch VALIDATE CONSTRAINT fetch_archived;
