-- Columns of all tables in their order: what is written, what is generated from the others.
SELECT table_name, column_name, data_type, column_type, coalesce(character_set_name, ''),
       coalesce(generation_expression, '') <> '' OR extra LIKE '%% GENERATED%%'
FROM information_schema.columns
WHERE table_schema = %s
ORDER BY CAST(table_name AS BINARY), ordinal_position
