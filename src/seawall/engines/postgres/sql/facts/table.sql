-- Tables, foreign ones included: columns in order, partitioning, parents, options.
SELECT
    format('%I.%I', n.nspname, c.relname),
    jsonb_build_object(
        'kind', c.relkind,
        'persistence', c.relpersistence,
        'options', c.reloptions,
        'access_method', (SELECT amname FROM pg_am WHERE oid = c.relam),
        'row_security', c.relrowsecurity,
        'force_row_security', c.relforcerowsecurity,
        'replica_identity', c.relreplident,
        'partition_key', pg_get_partkeydef(c.oid),
        'bound', pg_get_expr(c.relpartbound, c.oid),
        'of_type', CASE WHEN c.reloftype <> 0 THEN c.reloftype::regtype::text END,
        'parents', (SELECT jsonb_agg(i.inhparent::regclass::text ORDER BY i.inhseqno)
                      FROM pg_inherits i WHERE i.inhrelid = c.oid),
        'server', (SELECT s.srvname FROM pg_foreign_table f
                     JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid),
        'columns', (
            SELECT jsonb_agg(jsonb_build_array(
                       a.attname,
                       format_type(a.atttypid, a.atttypmod),
                       a.attnotnull,
                       pg_get_expr(e.adbin, e.adrelid),
                       a.attidentity,
                       a.attgenerated,
                       CASE WHEN a.attcollation <> t.typcollation
                            THEN a.attcollation::regcollation::text END
                   ) ORDER BY a.attnum)
              FROM pg_attribute a
              JOIN pg_type t ON t.oid = a.atttypid
              LEFT JOIN pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
    )::text
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                   AND d.objid = c.oid AND d.deptype = 'e')
