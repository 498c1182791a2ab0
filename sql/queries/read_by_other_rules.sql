-- A crawl that notes rules began when all that is archived of the portal was read by them.
SELECT (SELECT rules FROM news.run
        WHERE portal = %(portal)s::text AND rules IS NOT NULL AND (kind = 'crawl' OR (kind = 'reextract' AND status = 'ok'))
        ORDER BY id DESC LIMIT 1) IS DISTINCT FROM %(rules)s::text
   AND EXISTS (SELECT FROM news.article_current WHERE portal = %(portal)s::text)
   AND EXISTS (SELECT FROM news.fetch WHERE portal = %(portal)s::text AND archive_file IS NOT NULL);
