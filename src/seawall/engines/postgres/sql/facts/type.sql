-- Enumerations, domains, ranges and composite types; a table's row type is said by the table.
SELECT
    format('%I.%I', n.nspname, t.typname),
    jsonb_build_object(
        'kind', t.typtype,
        'labels', (SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder)
                     FROM pg_enum e WHERE e.enumtypid = t.oid),
        'of', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
        'not_null', t.typnotnull,
        'default', t.typdefault,
        'range_of', (SELECT r.rngsubtype::regtype::text FROM pg_range r WHERE r.rngtypid = t.oid),
        'fields', (SELECT jsonb_agg(jsonb_build_array(
                              a.attname, format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
                     FROM pg_attribute a
                    WHERE a.attrelid = t.typrelid AND t.typrelid <> 0
                      AND a.attnum > 0 AND NOT a.attisdropped)
    )::text
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE (t.typrelid = 0 OR c.relkind = 'c')
  AND NOT EXISTS (SELECT FROM pg_type element WHERE element.typarray = t.oid)
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass
                   AND d.objid = t.oid AND d.deptype = 'e')
