-- What a fetch's record in the archive is: with the payload, or a reference to an earlier one.
ALTER TABLE news.fetch ADD COLUMN archive_type text
    CONSTRAINT fetch_archive_type CHECK (archive_type IN ('response', 'revisit'));
