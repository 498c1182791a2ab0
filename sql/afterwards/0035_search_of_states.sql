-- The words of states that were there before, and what finds them. Reading and loading go on; who loads a late state of one of them waits.
UPDATE news.article_revision SET words = news.words(title, byline, body) WHERE words IS NULL AND content_hash <> 'redacted';
CREATE INDEX IF NOT EXISTS revision_words ON news.article_revision USING gin (words);
ANALYZE news.article_revision;
