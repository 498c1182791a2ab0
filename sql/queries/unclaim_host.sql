SELECT pg_advisory_unlock_shared(hashtext(%(kind)s), hashtext(%(host)s));
