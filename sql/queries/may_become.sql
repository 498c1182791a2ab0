SELECT coalesce((
    SELECT pg_has_role(current_user, oid, CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)
           AND has_schema_privilege(oid, 'news', 'USAGE')
    FROM pg_roles WHERE rolname = %(role)s::text
), false);
