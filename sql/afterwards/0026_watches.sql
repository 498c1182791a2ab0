ALTER TABLE news.notice VALIDATE CONSTRAINT notice_is_of_one;
