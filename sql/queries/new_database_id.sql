UPDATE news.database SET id = gen_random_uuid();
