ALTER TABLE news.run VALIDATE CONSTRAINT run_status_check;
