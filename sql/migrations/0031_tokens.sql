-- Who may have addresses fetched over HTTP.
CREATE TABLE news.token (
    name    text PRIMARY KEY,
    digest  bytea NOT NULL UNIQUE,
    made_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE news.token IS 'Bearer tokens of the API: their SHA-256, never themselves';
