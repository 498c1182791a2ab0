-- The index that search asks; the old one is of no use then. Writing waits while it is made, some ten milliseconds an article; much memory, else
-- every 64 MB of it would be sorted into what lies on disk already.
SET maintenance_work_mem = '512MB';
CREATE INDEX IF NOT EXISTS article_lexemes ON news.article_current USING gin (news.lexemes(words, news.labels(portal, province, unit, authors, section, published_at, gone_at)));
RESET maintenance_work_mem;
DROP INDEX IF EXISTS news.article_words;
ANALYZE news.article_current;
