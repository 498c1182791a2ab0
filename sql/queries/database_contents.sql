SELECT (SELECT count(*) FROM news.article_current), (SELECT count(*) FROM news.article_revision), (SELECT count(*) FROM news.reject);
