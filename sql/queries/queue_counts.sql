-- A worker of ours is two of the library's: one for crawls, one for addresses.
SELECT count(*) FILTER (WHERE status = 'todo')::int AS jobs_waiting, count(*) FILTER (WHERE status = 'doing')::int AS jobs_going_on,
       count(*) FILTER (WHERE status = 'failed' AND EXISTS (
           SELECT FROM news_queue.procrastinate_events AS event WHERE event.job_id = job.id AND type = 'failed' AND at > now() - interval '1 day'))::int AS jobs_failed,
       (SELECT (count(*) + 1) / 2 FROM news_queue.procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds')::int AS workers
FROM news_queue.procrastinate_jobs AS job WHERE status IN ('todo', 'doing', 'failed');
