SET statement_timeout = '60s'
