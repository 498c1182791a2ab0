-- For this transaction: no bound on time, of those that the server knows, and values written as every server reads them.
SELECT set_config(given.name, given.value, true)
FROM (VALUES ('statement_timeout', '0'), ('idle_in_transaction_session_timeout', '0'), ('transaction_timeout', '0'),
             ('datestyle', 'ISO, YMD'), ('intervalstyle', 'postgres'), ('timezone', 'UTC'), ('extra_float_digits', '3'),
             ('bytea_output', 'hex'), ('client_encoding', 'UTF8')) AS given (name, value)
JOIN pg_settings AS known ON lower(known.name) = given.name;
