SELECT to_regclass('news.migration') IS NOT NULL;
