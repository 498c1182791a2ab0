SELECT id, published_at, published_raw, published_precision, extracted_by FROM news.article_current
WHERE id = ANY (%(ids)s::bigint[]) AND extracted_by ->> 'published_at' LIKE 'elsewhere: %%';
