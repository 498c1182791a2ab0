-- The articles as they stood in this database at a moment: what news.article had then, as far as it can still be
-- known. When an article was last seen before it, and whether it was taken down then, cannot.
CREATE FUNCTION news.article_as_of(moment timestamptz) RETURNS TABLE (
    id bigint, portal text, province text, platform text, url text, title text, published_at timestamptz,
    published_raw text, published_precision text, byline text, authors text[], unit text, credit text, lead text,
    body text, body_html text, section text, images jsonb, attachments jsonb, content_hash text, revision int,
    first_seen_at timestamptz, changed_at timestamptz, extracted_by jsonb, identity text, made_by text
)
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT article.id, article.portal, article.province, article.platform, article.url, article.title,
           article.published_at, article.published_raw, article.published_precision, article.byline, article.authors,
           article.unit, article.credit, article.lead, article.body, article.body_html, article.section, article.images,
           article.attachments, article.content_hash, article.revision, article.first_seen_at, article.changed_at,
           article.extracted_by, article.identity, article.made_by
    FROM news.article_current AS article
    WHERE article.changed_at <= moment
    UNION ALL
    SELECT article.id, article.portal, article.province, article.platform, state.url, state.title,
           state.published_at, state.published_raw, state.published_precision, state.byline, state.authors,
           state.unit, state.credit, state.lead, state.body, state.body_html, state.section, state.images,
           state.attachments, state.content_hash, state.revision, article.first_seen_at, state.valid_from,
           state.extracted_by, article.identity, state.made_by
    FROM news.article_revision AS state
    JOIN news.article_current AS article ON article.id = state.article_id
    WHERE state.valid_from <= moment AND moment < state.valid_to;
$$;
