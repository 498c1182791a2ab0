COMMENT ON SCHEMA news_queue IS 'What workers are to do; made by procrastinate %(version)s, up to its file %(file)s';
