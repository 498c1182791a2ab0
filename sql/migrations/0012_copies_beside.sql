-- Copies are found beside ingest: what is due is added to, never looked at, by those who write articles.

-- Articles that were written and not compared since, in the order of writing, once for every time. Ingest only adds, and
-- waits for nobody; who compares takes away the rows that it read. An article may be gone by then.
ALTER TABLE news.fingerprint_due DROP CONSTRAINT fingerprint_due_pkey, DROP CONSTRAINT fingerprint_due_article_id_fkey;
ALTER TABLE news.fingerprint_due ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;

CREATE OR REPLACE FUNCTION news.due_for_fingerprint() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO news.fingerprint_due (article_id) SELECT id FROM written;
    RETURN NULL;
END
$$;
