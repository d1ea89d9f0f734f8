-- What a fingerprint reads: every table, leaf partition and materialized view with its columns.
-- Generated columns follow from the others; partitioned parents hold nothing themselves.
SELECT
    n.nspname,
    c.relname,
    c.relkind::text,
    c.relpersistence::text,
    ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             AND a.attgenerated = ''
           ORDER BY a.attnum)                                                AS fields,
    ARRAY(SELECT pg_catalog.format_type(a.atttypid, a.atttypmod)
            FROM pg_catalog.pg_attribute a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             AND a.attgenerated = ''
           ORDER BY a.attnum)                                                AS types,
    pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        AND pg_catalog.has_table_privilege(c.oid, 'SELECT')                  AS is_readable,
    pg_catalog.row_security_active(c.oid)                                    AS hides_rows,
    c.relispopulated                                                         AS is_populated,
    EXISTS (SELECT FROM pg_catalog.pg_depend d
             WHERE d.classid = 'pg_catalog.pg_class'::regclass
               AND d.objid = c.oid AND d.deptype = 'e')                      AS is_extensions
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm', 'f')
  AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
