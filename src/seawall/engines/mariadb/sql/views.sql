SELECT table_name
FROM information_schema.tables
WHERE table_schema = %s AND table_type = 'VIEW'
ORDER BY CAST(table_name AS BINARY)
