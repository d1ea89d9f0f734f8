-- Foreign servers, without options: those may hold secrets.
SELECT s.srvname, concat_ws(' ', w.fdwname, s.srvtype, s.srvversion)
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
