INSERT INTO news.edit (article_id, revision, at, fields, categories, score, words_added, words_removed, rules_differ)
VALUES (%(article)s::bigint, %(revision)s::int, %(at)s::timestamptz, %(fields)s::text[], %(categories)s::text[], %(score)s::real,
        %(added)s::int, %(removed)s::int, %(rules)s::boolean)
ON CONFLICT (article_id, revision) DO NOTHING;
