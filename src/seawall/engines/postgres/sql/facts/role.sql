-- Roles of the whole server without their passwords, and whose members they are.
-- The login that Seawall makes for a sandbox is not one of them.
SELECT
    r.rolname,
    concat_ws(' ', r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin,
              r.rolreplication, r.rolbypassrls, r.rolconnlimit, r.rolvaliduntil,
              (SELECT string_agg(concat_ws(' ', g.rolname, m.admin_option,
                                           coalesce(to_jsonb(m) ->> 'inherit_option', r.rolinherit::text),
                                           coalesce(to_jsonb(m) ->> 'set_option', 'true')), ', '
                                 ORDER BY g.rolname, m.admin_option)
                 FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
                WHERE m.member = r.oid))
FROM pg_roles r
WHERE r.rolname !~ '^pg_' AND r.rolname !~ '^seawall_sandbox'
