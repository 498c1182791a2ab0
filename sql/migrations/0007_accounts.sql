-- What became of everything a run met: lists, feeds and sitemaps read, listed by each, pages that were no articles, fields in dispute.
ALTER TABLE news.run ADD COLUMN accounts jsonb NOT NULL DEFAULT '{}';
