SELECT count(*) FROM news_queue.procrastinate_jobs WHERE status = 'todo' AND task_name = 'fetch';
