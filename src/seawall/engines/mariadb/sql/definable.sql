-- Sequences before tables, whose defaults may count by them.
SELECT table_name, table_type
FROM information_schema.tables
WHERE table_schema = %s AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')
  AND engine IS NOT NULL
ORDER BY table_type <> 'SEQUENCE', CAST(table_name AS BINARY)
