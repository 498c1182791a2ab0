-- news_reader reads, news_writer ingests; neither owns anything. Roles belong to the server, not to the database, so
-- another database may have made them already. Said again after every migration, because new tables need rights.
DO $$
DECLARE
    role text;
    how text := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    FOREACH role IN ARRAY ARRAY['news_reader', 'news_writer'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- another database of this server made it a moment ago
            END;
        END IF;
        IF NOT pg_has_role(current_user, role, how) THEN
            EXECUTE format('GRANT %I TO %I', role, current_user);
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA news TO %I', role);
        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA news TO %I', role);
    END LOOP;
    IF NOT EXISTS (SELECT FROM pg_db_role_setting AS given JOIN pg_roles AS named ON named.oid = given.setrole
                   WHERE named.rolname = 'news_reader' AND given.setdatabase = 0) THEN
        ALTER ROLE news_reader SET statement_timeout = '60s';  -- for who logs in with it
    END IF;
    -- What ingest does, and no more. Of history it may add states and put them in order; their text stays, and nothing
    -- is deleted.
    GRANT INSERT, UPDATE ON news.article_current, news.article_address, news.sighting, news.run, news.absence, news.portal, news.host, news.list TO news_writer;
    GRANT INSERT, UPDATE, DELETE ON news.fingerprint, news.likeness, news.fingerprint_due, news.edit TO news_writer;  -- made from the articles
    GRANT INSERT, UPDATE ON news.notice, news.notice_state TO news_writer;
    GRANT INSERT, UPDATE, DELETE ON news.watch, news.watch_key, news.watch_address, news.watch_due, news.watch_hit TO news_writer;
    REVOKE SELECT ON news.watch_address FROM news_reader;  -- an address may hold a password
    GRANT INSERT ON news.article_revision, news.fetch, news.reject, news.copying TO news_writer;
    GRANT UPDATE (revision, valid_from, valid_to) ON news.article_revision TO news_writer;
    GRANT EXECUTE ON FUNCTION news.adopt_moved(bigint) TO news_writer;
END
$$
