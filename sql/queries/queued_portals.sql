SELECT DISTINCT args ->> 'portal' FROM news_queue.procrastinate_jobs WHERE task_name = 'crawl' AND status IN ('todo', 'doing');
