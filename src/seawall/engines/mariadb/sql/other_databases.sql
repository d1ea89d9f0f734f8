-- Databases of the server beside the store's own.
SELECT schema_name FROM information_schema.schemata
WHERE schema_name NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys', %s)
ORDER BY CAST(schema_name AS BINARY)
