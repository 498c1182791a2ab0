SELECT jobs.id, task_name AS kind, coalesce(args ->> 'portal', args ->> 'url') AS what, status::text AS state, attempts,
       (SELECT max(at) FROM news_queue.procrastinate_events AS events WHERE events.job_id = jobs.id AND at <= now()) AS at
FROM news_queue.procrastinate_jobs AS jobs WHERE id = %(job)s::bigint;
