-- The first notice that a target has not had yet, if its time has come and nobody else sends it. sent_at is looked at twice: of a row
-- that another has just sent, the second look sees that.
SELECT id, portal, state, cause, detail, before, made_at, hits FROM news.notice
WHERE id = (SELECT min(id) FROM news.notice WHERE target = %(target)s AND sent_at IS NULL) AND sent_at IS NULL AND next_try <= now()
FOR UPDATE SKIP LOCKED;
