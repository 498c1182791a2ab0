-- For this transaction. Whoever waits for a table to change it holds up everybody who comes after.
SELECT set_config('lock_timeout', %(wait)s::text, true);
