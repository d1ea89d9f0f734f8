-- Foreign keys between tables of the store that the server has checked for every row.
SELECT
    n.nspname,
    c.relname,
    ARRAY(SELECT a.attname::text
            FROM unnest(f.conkey) WITH ORDINALITY AS k(attnum, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
           ORDER BY k.place)                                                AS fields,
    to_n.nspname,
    to_c.relname,
    ARRAY(SELECT a.attname::text
            FROM unnest(f.confkey) WITH ORDINALITY AS k(attnum, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = to_c.oid AND a.attnum = k.attnum
           ORDER BY k.place)                                                AS to_fields
FROM pg_catalog.pg_constraint f
JOIN pg_catalog.pg_class c ON c.oid = f.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class to_c ON to_c.oid = f.confrelid
JOIN pg_catalog.pg_namespace to_n ON to_n.oid = to_c.relnamespace
WHERE f.contype = 'f' AND f.convalidated AND f.conparentid = 0
  AND NOT c.relispartition
ORDER BY n.nspname, c.relname, f.conname
