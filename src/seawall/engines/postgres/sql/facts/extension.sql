-- Extensions with their versions.
SELECT e.extname, concat_ws(' ', e.extversion, n.nspname)
FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
