SELECT setval(format('news.%%I', %(name)s::text)::regclass, %(value)s::bigint);
