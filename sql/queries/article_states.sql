-- A state was last seen at the last response before the next one began; of the present one the article itself knows.
SELECT state.revision, state.valid_from, state.valid_to, state.made_by,
       coalesce((SELECT max(page.fetched_at) FROM news.article_address AS address JOIN news.fetch AS page USING (url)
                 WHERE address.article_id = state.article_id AND page.status IN (200, 304)
                   AND page.fetched_at >= state.valid_from AND page.fetched_at < state.valid_to), state.valid_from) AS last_seen_at,
       state.title, state.published_at, state.byline, state.authors, state.unit, state.credit, state.lead, state.body,
       state.section, state.images, state.attachments
FROM news.article_revision AS state WHERE state.article_id = %(id)s::bigint
UNION ALL
SELECT revision, changed_at, NULL, made_by, last_seen_at, title, published_at, byline, authors, unit, credit, lead, body,
       section, images, attachments
FROM news.article WHERE id = %(id)s::bigint
ORDER BY revision;
