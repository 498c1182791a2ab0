-- What other sessions hold of these, of the kinds named: that they want it for a single address, that they stepped aside from it.
SELECT EXISTS (
    SELECT FROM pg_locks AS held
    WHERE held.locktype = 'advisory' AND held.objsubid = 2 AND held.granted AND held.pid <> pg_backend_pid()
      AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND held.classid::bigint IN (SELECT hashtext(kind)::bigint & 4294967295 FROM unnest(%(kinds)s::text[]) AS kind)
      AND held.objid::bigint IN (SELECT hashtext(host)::bigint & 4294967295 FROM unnest(%(hosts)s::text[]) AS host)
);
