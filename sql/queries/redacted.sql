-- Which of these identities and addresses belong to a redacted article.
SELECT redaction.identity AS key, redaction.article_id FROM news.redaction
WHERE redaction.identity = ANY (%(identities)s::text[])
UNION ALL
SELECT address.url, address.article_id FROM news.article_address AS address JOIN news.redaction USING (article_id)
WHERE address.url = ANY (%(urls)s::text[]);
