-- What filters ask: some ten labels an article. Writing waits while it is made, a second for some thousand articles.
CREATE INDEX IF NOT EXISTS article_labels ON news.article_current USING gin (news.labels(portal, province, unit, authors, section, published_at, gone_at));
ANALYZE news.article_current;
