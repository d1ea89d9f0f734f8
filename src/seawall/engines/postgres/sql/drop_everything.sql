-- One statement per thing a user made in this database; together they leave it as good as new.
-- Foreign keys go first and objects one by one, so that no statement needs many locks at once.
-- The schema `public` itself stays, because a fresh one would not be the same to a dump.
-- Roles belong to the whole server and stay; so do subscriptions, which reach other servers.
WITH own AS (
    SELECT oid, nspname FROM pg_namespace
     WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
)
SELECT drop FROM (
    SELECT 1 AS place, format('DROP EVENT TRIGGER IF EXISTS %I CASCADE', evtname) AS drop
      FROM pg_event_trigger
    UNION ALL
    SELECT 2, format('DROP PUBLICATION IF EXISTS %I CASCADE', pubname) FROM pg_publication
    UNION ALL
    SELECT 3, format('DROP EXTENSION IF EXISTS %I CASCADE', extname) FROM pg_extension
     WHERE extname <> 'plpgsql'
    UNION ALL
    SELECT 4, format('ALTER TABLE IF EXISTS %s DROP CONSTRAINT IF EXISTS %I CASCADE',
                     conrelid::regclass, conname)
      FROM pg_constraint
     WHERE contype = 'f' AND conparentid = 0 AND connamespace IN (SELECT oid FROM own)
    UNION ALL
    SELECT 5, format('DROP %s IF EXISTS %s CASCADE',
                     CASE o.type WHEN 'statistics object' THEN 'statistics' ELSE o.type END,
                     o.identity)
      FROM pg_depend d
      CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) AS o
     WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid IN (SELECT oid FROM own)
       AND d.deptype = 'n' AND o.type <> 'default acl'
       -- What is part of another object (an identity column's sequence) goes with that one.
       AND NOT EXISTS (SELECT FROM pg_depend part
                        WHERE part.classid = d.classid AND part.objid = d.objid
                          AND part.deptype = 'i' AND part.refobjid <> d.objid)
    UNION ALL
    SELECT 6, format('DROP SCHEMA IF EXISTS %I CASCADE', nspname) FROM own
     WHERE nspname <> 'public'
    UNION ALL
    SELECT 7, format('DROP SERVER IF EXISTS %I CASCADE', srvname) FROM pg_foreign_server
    UNION ALL
    SELECT 8, format('DROP FOREIGN DATA WRAPPER IF EXISTS %I CASCADE', fdwname)
      FROM pg_foreign_data_wrapper
    UNION ALL
    SELECT 9, format('SELECT lo_unlink(%s)', oid) FROM pg_largeobject_metadata
    UNION ALL
    SELECT 10, format('ALTER DATABASE %I RESET ALL', current_database())
) AS statements
ORDER BY place
