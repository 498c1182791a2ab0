-- Writers put jobs in and do them; readers may see how they go.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'news_writer') AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'news_reader') THEN
        GRANT USAGE ON SCHEMA news_queue TO news_writer, news_reader;
        GRANT ALL ON ALL TABLES IN SCHEMA news_queue TO news_writer;
        GRANT ALL ON ALL SEQUENCES IN SCHEMA news_queue TO news_writer;
        GRANT SELECT ON ALL TABLES IN SCHEMA news_queue TO news_reader;
    END IF;
END
$$
