-- Write down the state of every portal for a target; where it is not what the target was told last, there is a notice. What
-- is fine from the beginning is none. How many notices there are.
WITH health AS MATERIALIZED (
    SELECT portal, state, cause, detail FROM news.portal_health WHERE state <> 'never'
), earlier AS MATERIALIZED (
    SELECT portal, state FROM news.notice_state WHERE target = %(target)s
), changed AS (
    INSERT INTO news.notice_state AS known (target, portal, state, cause)
    SELECT %(target)s, portal, state, cause FROM health
    ON CONFLICT (target, portal) DO UPDATE SET state = excluded.state, cause = excluded.cause, noted_at = now()
    WHERE (known.state, known.cause) IS DISTINCT FROM (excluded.state, excluded.cause)
    RETURNING portal
), made AS (
    INSERT INTO news.notice (target, portal, state, cause, detail, before)
    SELECT %(target)s, portal, health.state, health.cause, health.detail, earlier.state
    FROM changed JOIN health USING (portal) LEFT JOIN earlier USING (portal)
    WHERE health.state <> 'fine' OR earlier.state IS NOT NULL
    RETURNING 1
)
SELECT count(*) FROM made;
