CREATE TEMPORARY TABLE IF NOT EXISTS incoming (
    portal text, province text, platform text, identity text, url text, title text, published_at timestamptz,
    published_raw text, published_precision text, byline text, authors text[], unit text, credit text, lead text,
    body text, body_html text, section text, images jsonb, attachments jsonb,
    content_hash text, fetched_at timestamptz, extracted_by jsonb, made_by text
) ON COMMIT DELETE ROWS
