-- An item may have been too broken to tell its address: then it is looked for in the item itself.
UPDATE news.reject SET reason = 'redacted', item = convert_to('redacted ' || reject.id, 'UTF8')
FROM news.article_address AS address
WHERE address.article_id = %(id)s::bigint
  AND (reject.url = address.url OR position(convert_to(address.url, 'UTF8') IN reject.item) > 0);
