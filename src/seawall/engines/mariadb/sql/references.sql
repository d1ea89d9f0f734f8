-- Foreign keys within the database, one row a column, in the order of the keys.
SELECT constraint_name, table_name, column_name, referenced_table_name, referenced_column_name
FROM information_schema.key_column_usage
WHERE table_schema = %s AND referenced_table_schema = %s
ORDER BY CAST(table_name AS BINARY), constraint_name, ordinal_position
