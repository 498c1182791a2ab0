SELECT pg_advisory_unlock(hashtext('tintinh.queue'));
