-- Constraints of tables and domains; "not null" is said by the column itself.
SELECT
    format('%s on %s', quote_ident(k.conname),
           CASE WHEN k.conrelid <> 0 THEN k.conrelid::regclass::text
                ELSE k.contypid::regtype::text END),
    concat_ws(' ', pg_get_constraintdef(k.oid), k.convalidated)
FROM pg_constraint k
JOIN pg_namespace n ON n.oid = k.connamespace
WHERE k.contype NOT IN ('n', 't')
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d
                   WHERE d.deptype = 'e'
                     AND ((d.classid = 'pg_class'::regclass AND d.objid = k.conrelid)
                       OR (d.classid = 'pg_type'::regclass AND d.objid = k.contypid)))
