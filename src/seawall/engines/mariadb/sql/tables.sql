-- Tables of a database that hold rows; sequences and views are listed elsewhere.
SELECT table_name, table_type, coalesce(engine, '')
FROM information_schema.tables
WHERE table_schema = %s AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
ORDER BY CAST(table_name AS BINARY)
