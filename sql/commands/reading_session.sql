-- A session that reads for people on the web.
SET default_transaction_read_only = on;
SET statement_timeout = '5s';
SET lock_timeout = '2s';
SET TimeZone = 'Asia/Ho_Chi_Minh';
