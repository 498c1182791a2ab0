SELECT pg_advisory_lock(hashtext('tintinh.migrate'));
