COPY news.article_current (
    portal, province, platform, identity, url, title, published_at, published_raw, published_precision, byline, authors,
    unit, credit, lead, body, body_html, section, images, attachments, content_hash, changed_at, extracted_by, made_by,
    first_seen_at
) FROM STDIN
