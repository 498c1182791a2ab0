-- Syllables, adjacent pairs, title, frequent words and filters in one index: phrases and old best matches of frequent words come fast, and
-- writing an article costs five times as much. Writing waits while it is made; with little memory every part of it would be sorted into what
-- lies on disk already.
SET maintenance_work_mem = '512MB';
CREATE INDEX IF NOT EXISTS article_lexemes ON news.article_current
    USING gin (news.lexemes(words, news.labels(portal, province, unit, authors, section, published_at, gone_at)));
RESET maintenance_work_mem;
ANALYZE news.article_current;
