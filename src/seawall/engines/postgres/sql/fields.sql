-- Columns of one table with their types; a domain counts as the type below it, whatever the depth.
SELECT
    a.attname::text,
    pg_catalog.format_type(base.oid, NULL)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
CROSS JOIN LATERAL (
    WITH RECURSIVE below(oid, next) AS (
        SELECT t.oid, t.typbasetype FROM pg_catalog.pg_type t WHERE t.oid = a.atttypid
        UNION ALL
        SELECT t.oid, t.typbasetype
          FROM below JOIN pg_catalog.pg_type t ON t.oid = below.next
    )
    SELECT oid FROM below WHERE next = 0
) AS base
WHERE n.nspname = %s AND c.relname = %s
ORDER BY a.attnum
