-- What is gone is asked for where a list shows it.
SELECT identity FROM news.article_current WHERE identity = ANY (%(identities)s::text[]) AND gone_at IS NULL;
