-- Packages before their bodies.
SELECT routine_name, routine_type
FROM information_schema.routines
WHERE routine_schema = %s AND routine_type IN ('PROCEDURE', 'FUNCTION', 'PACKAGE', 'PACKAGE BODY')
ORDER BY routine_type, CAST(routine_name AS BINARY)
