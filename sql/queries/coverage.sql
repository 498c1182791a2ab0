SELECT * FROM news.coverage
WHERE (%(portal)s::text IS NULL OR portal = %(portal)s::text)
  AND day > (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - %(days)s::int
ORDER BY day DESC, portal
LIMIT 5000;
