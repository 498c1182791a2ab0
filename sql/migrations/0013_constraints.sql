-- What the database itself holds articles and responses to. New rows are held to it from now on; the old ones are looked
-- through after the release (sql/afterwards), without anybody waiting.

ALTER TABLE news.migration ADD COLUMN finished_at timestamptz;

ALTER TABLE news.article_current
    ADD CONSTRAINT article_province FOREIGN KEY (province) REFERENCES news.province NOT VALID,
    ADD CONSTRAINT article_precision CHECK (published_precision IN ('second', 'minute', 'hour', 'day', 'month', 'year')) NOT VALID;
ALTER TABLE news.article_revision
    ADD CONSTRAINT revision_precision CHECK (published_precision IN ('second', 'minute', 'hour', 'day', 'month', 'year')) NOT VALID;
ALTER TABLE news.fetch
    ADD CONSTRAINT fetch_status CHECK (status BETWEEN 100 AND 999) NOT VALID,
    ADD CONSTRAINT fetch_bytes CHECK (bytes >= 0) NOT VALID,
    ADD CONSTRAINT fetch_archive_place CHECK (archive_offset >= 0 AND archive_length > 0) NOT VALID,
    ADD CONSTRAINT fetch_archived CHECK ((archive_file IS NULL) = (archive_type IS NULL) AND (archive_file IS NULL) = (archive_offset IS NULL)
                                           AND (archive_file IS NULL) = (archive_length IS NULL)) NOT VALID;

-- A hash: an address may be longer than a B-tree holds.
CREATE INDEX reject_url ON news.reject USING hash (url);
CREATE INDEX reject_run ON news.reject (run_id);

-- What a database browser shows. Columns of article_revision and of the views are those of article_current.
COMMENT ON SCHEMA news IS 'News of Vietnam''s provincial police portals, with every earlier state (tintinh)';
COMMENT ON TABLE news.migration IS 'Which migrations this database has seen';
COMMENT ON COLUMN news.migration.finished_at IS 'When the work that may come after a release was done; null where there is none, or it waits';
COMMENT ON TABLE news.database IS 'One row: tells this database from every other, so that a spool never lands in the wrong one';
COMMENT ON TABLE news.province IS 'The 63 provinces before 2025-07-01; those that have ended have a successor';
COMMENT ON COLUMN news.province.ended_on IS 'The first day on which it was part of its successor';
COMMENT ON COLUMN news.province.former_name IS 'Its name until changed_on, where name or rank changed';
COMMENT ON COLUMN news.province.former_kind IS 'Its rank until changed_on, where name or rank changed';
COMMENT ON COLUMN news.province.changed_on IS 'The first day of its present name and rank';
COMMENT ON VIEW news.article IS 'Articles as they are now';
COMMENT ON TABLE news.article_current IS 'Articles as they are now, as they are written; readers use the view news.article';
COMMENT ON COLUMN news.article_current.portal IS 'The spider''s name';
COMMENT ON COLUMN news.article_current.province IS 'Province of the portal, as its file says; what it is part of today is province_now of the view';
COMMENT ON COLUMN news.article_current.platform IS 'Content-management system that the page was read by';
COMMENT ON COLUMN news.article_current.identity IS 'The same for every address of the article';
COMMENT ON COLUMN news.article_current.url IS 'The address under which it was met first, after a move the new one';
COMMENT ON COLUMN news.article_current.title IS 'As printed; NFC, white space collapsed';
COMMENT ON COLUMN news.article_current.published_at IS 'When the portal says that it was published; null where it says nothing';
COMMENT ON COLUMN news.article_current.published_raw IS 'The text that published_at was read from';
COMMENT ON COLUMN news.article_current.published_precision IS 'What the portal tells of published_at: second, minute, hour, day, month or year';
COMMENT ON COLUMN news.article_current.byline IS 'As printed; NFC, white space collapsed';
COMMENT ON COLUMN news.article_current.authors IS 'People and pen names of the byline';
COMMENT ON COLUMN news.article_current.unit IS 'Unit that signs: its code, else its name as printed';
COMMENT ON COLUMN news.article_current.credit IS 'Where the article was taken from';
COMMENT ON COLUMN news.article_current.lead IS 'The teaser, where the page sets one apart; part of body';
COMMENT ON COLUMN news.article_current.body IS 'The whole text, paragraphs separated by a blank line';
COMMENT ON COLUMN news.article_current.body_html IS 'The same, sanitized markup';
COMMENT ON COLUMN news.article_current.section IS 'As printed';
COMMENT ON COLUMN news.article_current.images IS '[{"url", "caption"}]';
COMMENT ON COLUMN news.article_current.attachments IS '[{"url", "name"}]';
COMMENT ON COLUMN news.article_current.content_hash IS 'Changes if and only if a published field changes';
COMMENT ON COLUMN news.article_current.revision IS '1, 2, …; the states before are in news.article_revision';
COMMENT ON COLUMN news.article_current.first_seen_at IS 'When a crawl met it first';
COMMENT ON COLUMN news.article_current.changed_at IS 'When this state was met first, or made by newer rules';
COMMENT ON COLUMN news.article_current.gone_at IS 'When it was first missed, once a second sighting has confirmed that; the text stays';
COMMENT ON COLUMN news.article_current.extracted_by IS 'For each field the rule that gave it, and what speaks against it';
COMMENT ON COLUMN news.article_current.rules IS 'The rules that read this state: a digest of the code and libraries that its platform reads with';
COMMENT ON COLUMN news.article_current.words IS 'What search looks in: title (A), byline (B), text, without diacritics';
COMMENT ON COLUMN news.article_current.made_by IS 'What made this state: the portal (edited) or newer rules over the same page (reextracted)';
COMMENT ON VIEW news.article_state IS 'Every state of every article, the present one with valid_to null; changed_at is when a state began';
COMMENT ON TABLE news.article_revision IS 'Every earlier state of an article, with its fields as they were';
COMMENT ON COLUMN news.article_revision.valid_from IS 'When this state was met first; its response in news.fetch has the same moment';
COMMENT ON COLUMN news.article_revision.valid_to IS 'When the next state was met first';
COMMENT ON TABLE news.sighting IS 'When an article was last met, and the validators to ask again with';
COMMENT ON COLUMN news.sighting.unread_by IS 'The rules that last found no article in what is archived of it';
COMMENT ON TABLE news.article_address IS 'Every address an article was met under';
COMMENT ON TABLE news.redaction IS 'Articles whose text was removed for a legal request; they are not stored again';
COMMENT ON TABLE news.absence IS 'Times when an article was not there';
COMMENT ON COLUMN news.absence.how IS 'removed (404, 410), soft_404 (a page that says so), redirect_home, redirect_section, redirect_article';
COMMENT ON COLUMN news.absence.url IS 'What was asked for';
COMMENT ON COLUMN news.absence.led_to IS 'Where a redirect ended';
COMMENT ON COLUMN news.absence.confirmed_at IS 'When it was missed again, hours after the first time';
COMMENT ON COLUMN news.absence.returned_at IS 'When it was met again, be it elsewhere';
COMMENT ON COLUMN news.absence.moved_to IS 'The new address of an article that has moved';
COMMENT ON COLUMN news.absence.merged_id IS 'Id of what was taken for another article until the move was seen';
COMMENT ON TABLE news.fingerprint IS 'What an article''s text has in common with others; made from the articles, can be made anew';
COMMENT ON COLUMN news.fingerprint.content_hash IS 'Of the state it was made from';
COMMENT ON COLUMN news.fingerprint.keys IS 'Like texts have some in common; none: too little text to compare';
COMMENT ON COLUMN news.fingerprint.cluster IS 'The lowest id among near-identical articles; null: nothing is like it';
COMMENT ON TABLE news.likeness IS 'Articles that are near-identical';
COMMENT ON COLUMN news.likeness.likeness IS 'The share of word triples that they have in common';
COMMENT ON TABLE news.fingerprint_due IS 'Articles that were written and not compared since, once for every time';
COMMENT ON TABLE news.run IS 'Runs with their figures';
COMMENT ON COLUMN news.run.complete IS 'Every list was followed to its end';
COMMENT ON COLUMN news.run.listed IS 'Articles that lists named';
COMMENT ON COLUMN news.run.bytes IS 'Bytes of responses, as they came';
COMMENT ON COLUMN news.run.reached IS 'The id that a re-extraction came to';
COMMENT ON COLUMN news.run.rules IS 'Digest of the extraction rules that it read with';
COMMENT ON COLUMN news.run.accounts IS 'What became of everything a run met: lists, feeds, sitemaps, pages that were no articles';
COMMENT ON TABLE news.fetch IS 'Every response, and every request that got none (status null)';
COMMENT ON COLUMN news.fetch.bytes IS 'Bytes of the payload as it came';
COMMENT ON COLUMN news.fetch.digest IS 'SHA-256 of the payload, hexadecimal';
COMMENT ON COLUMN news.fetch.archive_file IS 'WARC file, from the archive''s folder';
COMMENT ON COLUMN news.fetch.archive_offset IS 'Where its record begins there, bytes';
COMMENT ON COLUMN news.fetch.archive_length IS 'Length of its record, bytes';
COMMENT ON COLUMN news.fetch.archive_type IS 'response: the page itself; revisit: it had not changed since the last response';
COMMENT ON TABLE news.reject IS 'Items that could not be stored, with why';
COMMENT ON COLUMN news.reject.item IS 'As it came: it may not even be text';
