-- How many things a user made in this database: relations, functions, types, schemas, large
-- objects. What belongs to an extension does not count.
WITH own AS (
    SELECT oid FROM pg_catalog.pg_namespace
     WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), made AS (
    SELECT 'pg_catalog.pg_class'::regclass AS catalog, oid FROM pg_catalog.pg_class
     WHERE relnamespace IN (SELECT oid FROM own) AND relkind NOT IN ('i', 'I', 't')
    UNION ALL
    SELECT 'pg_catalog.pg_proc'::regclass, oid FROM pg_catalog.pg_proc
     WHERE pronamespace IN (SELECT oid FROM own)
    UNION ALL
    SELECT 'pg_catalog.pg_type'::regclass, oid FROM pg_catalog.pg_type
     WHERE typnamespace IN (SELECT oid FROM own) AND typelem = 0
    UNION ALL
    SELECT 'pg_catalog.pg_namespace'::regclass, n.oid FROM pg_catalog.pg_namespace n
     WHERE n.oid IN (SELECT oid FROM own) AND n.nspname <> 'public'
)
SELECT (SELECT count(*) FROM made
         WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                            WHERE d.classid = made.catalog AND d.objid = made.oid
                              AND d.deptype = 'e'))
     + (SELECT count(*) FROM pg_catalog.pg_largeobject_metadata)
