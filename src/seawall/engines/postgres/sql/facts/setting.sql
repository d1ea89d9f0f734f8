-- Settings given to this database or to a role.
SELECT
    concat_ws(' ', CASE WHEN s.setdatabase <> 0 THEN 'database' END,
              CASE WHEN s.setrole <> 0 THEN 'role ' || s.setrole::regrole END),
    (SELECT string_agg(one, E'\n' ORDER BY one) FROM unnest(s.setconfig) AS one)
FROM pg_db_role_setting s
WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
