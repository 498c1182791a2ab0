-- Vietnam's day of earlier states, too.
CREATE OR REPLACE VIEW news.article_state AS
    SELECT article.id, article.portal, article.province, article.platform, article.url, article.title,
           article.published_at, article.published_raw, article.published_precision, article.byline, article.authors,
           article.unit, article.credit, article.lead, article.body, article.body_html, article.section, article.images,
           article.attachments, article.content_hash, article.revision, article.first_seen_at, article.changed_at,
           article.extracted_by, article.identity, article.made_by, NULL::timestamptz AS valid_to
           , article.rules
           , (article.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS published_on
    FROM news.article_current AS article
    UNION ALL
    SELECT article.id, article.portal, article.province, article.platform, state.url, state.title,
           state.published_at, state.published_raw, state.published_precision, state.byline, state.authors,
           state.unit, state.credit, state.lead, state.body, state.body_html, state.section, state.images,
           state.attachments, state.content_hash, state.revision, article.first_seen_at, state.valid_from,
           state.extracted_by, article.identity, state.made_by, state.valid_to
           , state.rules
           , (state.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS published_on
    FROM news.article_revision AS state
    JOIN news.article_current AS article ON article.id = state.article_id;
