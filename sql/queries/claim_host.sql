-- Several may claim a host; nobody waits for another's claim.
SELECT pg_try_advisory_lock_shared(hashtext(%(kind)s), hashtext(%(host)s));
