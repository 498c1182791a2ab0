-- Which address answered: where the crawler went can be told afterwards, whatever a name led to that day.
ALTER TABLE news.fetch ADD COLUMN address text;

COMMENT ON COLUMN news.fetch.address IS 'IP address that answered; null where none did or it is unknown';
