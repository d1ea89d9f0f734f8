-- Tables of the store, one row each: partitioned tables once, their partitions not at all;
-- nothing that belongs to an extension. Records and sizes are the server's own estimates.
SELECT
    n.nspname,
    c.relname,
    ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           ORDER BY a.attnum)                                                AS fields,
    ARRAY(SELECT a.attname::text
            FROM pg_catalog.pg_index i
            CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
           WHERE i.indrelid = c.oid AND i.indisprimary AND k.place <= i.indnkeyatts
           ORDER BY k.place)                                                 AS key_fields,
    CASE c.relkind
        WHEN 'p' THEN (SELECT CASE WHEN min(leaf.reltuples) < 0 THEN -1 ELSE sum(leaf.reltuples) END
                         FROM pg_catalog.pg_partition_tree(c.oid) tree
                         JOIN pg_catalog.pg_class leaf ON leaf.oid = tree.relid
                        WHERE tree.isleaf)
        ELSE c.reltuples
    END::bigint                                                              AS records,
    CASE c.relkind
        WHEN 'p' THEN (SELECT coalesce(sum(pg_catalog.pg_total_relation_size(relid)), 0)
                         FROM pg_catalog.pg_partition_tree(c.oid) WHERE isleaf)
        ELSE pg_catalog.pg_total_relation_size(c.oid)
    END::bigint                                                              AS size_bytes
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm')
  AND c.relpersistence <> 't'
  AND NOT c.relispartition
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                   WHERE d.classid = 'pg_catalog.pg_class'::regclass
                     AND d.objid = c.oid AND d.deptype = 'e')
