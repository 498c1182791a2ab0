-- As the articles are, without what holds for them; generated columns stay empty.
CREATE TEMPORARY TABLE IF NOT EXISTS incoming ON COMMIT DELETE ROWS AS
SELECT article.*, article.changed_at AS fetched_at FROM news.article_current AS article WITH NO DATA
