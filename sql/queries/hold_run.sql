SELECT pg_try_advisory_lock(hashtext('tintinh.run'), hashtext(%(run)s::bigint::text));
