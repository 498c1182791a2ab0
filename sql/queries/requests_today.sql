-- Since midnight in Vietnam; a run counts where it began.
SELECT coalesce(sum(requests), 0) FROM news.run
WHERE portal = %(portal)s AND started_at >= date_trunc('day', now() AT TIME ZONE 'Asia/Ho_Chi_Minh') AT TIME ZONE 'Asia/Ho_Chi_Minh';
