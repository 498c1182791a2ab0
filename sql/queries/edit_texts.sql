-- Title, lead and text of the states that edits made, and of those before them.
SELECT edited.article_id, edited.revision, before.title AS title_before, after.title AS title_after,
       before.body AS body_before, after.body AS body_after
FROM unnest(%(ids)s::bigint[], %(revisions)s::int[]) AS edited (article_id, revision)
JOIN news.article_state AS before ON before.id = edited.article_id AND before.revision = edited.revision - 1
JOIN news.article_state AS after ON after.id = edited.article_id AND after.revision = edited.revision;
