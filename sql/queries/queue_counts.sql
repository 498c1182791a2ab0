SELECT count(*) FILTER (WHERE status = 'todo')::int AS jobs_waiting,
       count(*) FILTER (WHERE status = 'todo' AND task_name = 'fetch')::int AS addresses_waiting, count(*) FILTER (WHERE status = 'doing')::int AS jobs_going_on,
       (SELECT count(DISTINCT job_id)::int FROM news_queue.procrastinate_events WHERE type = 'failed' AND at > now() - interval '1 day') AS jobs_failed,
       (SELECT count(*)::int FROM news_queue.procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds') AS workers
FROM news_queue.procrastinate_jobs WHERE status IN ('todo', 'doing');
