-- The server's own estimates; NULL where a table cannot be opened.
SELECT table_name, table_rows, data_length + index_length
FROM information_schema.tables
WHERE table_schema = %s AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
