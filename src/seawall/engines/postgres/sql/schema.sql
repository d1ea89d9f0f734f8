-- Columns of every table of the store, with the type below a domain, and whether a valid unique
-- index on the column alone makes a value name one row.
SELECT
    n.nspname,
    c.relname,
    a.attname::text,
    pg_catalog.format_type(base.oid, NULL),
    EXISTS (SELECT FROM pg_catalog.pg_index i
             WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
               AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum)            AS identifies
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
WHERE c.relkind IN ('r', 'p', 'm')
  AND c.relpersistence <> 't'
  AND NOT c.relispartition
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                   WHERE d.classid = 'pg_catalog.pg_class'::regclass
                     AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname, a.attnum
