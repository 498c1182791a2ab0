SELECT pg_advisory_lock(hashtext('tintinh.queue'));
