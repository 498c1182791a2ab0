SET LOCAL search_path = news_queue;
