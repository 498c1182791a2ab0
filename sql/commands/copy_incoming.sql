COPY incoming (
    portal, province, platform, identity, url, title, published_at, published_raw, published_precision, byline, authors,
    unit, credit, lead, body, body_html, section, images, attachments, content_hash, fetched_at, extracted_by, made_by
) FROM STDIN
