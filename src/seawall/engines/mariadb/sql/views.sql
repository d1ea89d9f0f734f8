SELECT table_name, check_option, view_definition
FROM information_schema.views
WHERE table_schema = %s
ORDER BY CAST(table_name AS BINARY)
