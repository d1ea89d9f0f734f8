-- Columns of primary keys, in the order of the keys.
SELECT table_name, column_name
FROM information_schema.statistics
WHERE table_schema = %s AND index_name = 'PRIMARY'
ORDER BY CAST(table_name AS BINARY), seq_in_index
