-- Held as long as the run's session lives: nobody else asks the host, or the network address, meanwhile.
SELECT pg_try_advisory_lock(hashtext('tintinh.host'), hashtext(%(host)s));
