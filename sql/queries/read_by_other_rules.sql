-- A crawl that notes rules began when all that is archived of the portal was read by them. A re-extraction that did not come
-- to its end has read part of it: by its own rules not enough, by others too much.
SELECT NOT coalesce((SELECT rules = %(rules)s::text AND (kind = 'crawl' OR status = 'ok') FROM news.run
                     WHERE portal = %(portal)s::text AND rules IS NOT NULL AND kind IN ('crawl', 'reextract')
                     ORDER BY id DESC LIMIT 1), false)
   AND EXISTS (SELECT FROM news.article_current WHERE portal = %(portal)s::text)
   AND EXISTS (SELECT FROM news.fetch WHERE portal = %(portal)s::text AND archive_file IS NOT NULL);
