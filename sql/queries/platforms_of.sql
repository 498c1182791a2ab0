SELECT DISTINCT platform FROM news.article_current WHERE portal = %(portal)s::text AND platform IS NOT NULL;
