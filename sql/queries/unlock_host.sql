SELECT pg_advisory_unlock(hashtext('tintinh.host'), hashtext(%(host)s));
