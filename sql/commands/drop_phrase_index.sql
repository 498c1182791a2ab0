DROP INDEX IF EXISTS news.article_lexemes;
