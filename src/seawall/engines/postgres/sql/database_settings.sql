-- Settings of this database, for all roles or for one.
SELECT CASE WHEN s.setrole <> 0 THEN pg_get_userbyid(s.setrole) END,
       split_part(setting, '=', 1),
       substr(setting, strpos(setting, '=') + 1)
FROM pg_db_role_setting s
CROSS JOIN LATERAL unnest(s.setconfig) AS setting
WHERE s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
