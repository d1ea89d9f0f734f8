-- Who owns what, and who may do what with it. Rights that were never changed are spelled out, so
-- that "never changed" and "granted again as it was" are equal, as they are to the server.
WITH own AS (
    SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), held(catalog, oid, sub, owner, acl) AS (
    SELECT c.tableoid, c.oid, 0, c.relowner,
           coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END,
                                         c.relowner))
      FROM pg_class c
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
       AND c.relnamespace IN (SELECT oid FROM own)
    UNION ALL
    SELECT c.tableoid, c.oid, a.attnum, c.relowner, a.attacl
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE cardinality(a.attacl) > 0 AND NOT a.attisdropped AND c.relnamespace IN (SELECT oid FROM own)
    UNION ALL
    SELECT tableoid, oid, 0, nspowner, coalesce(nspacl, acldefault('n', nspowner))
      FROM pg_namespace WHERE oid IN (SELECT oid FROM own)
    UNION ALL
    SELECT tableoid, oid, 0, proowner, coalesce(proacl, acldefault('f', proowner))
      FROM pg_proc WHERE pronamespace IN (SELECT oid FROM own)
    UNION ALL
    SELECT t.tableoid, t.oid, 0, t.typowner, coalesce(t.typacl, acldefault('T', t.typowner))
      FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
     WHERE t.typnamespace IN (SELECT oid FROM own) AND (t.typrelid = 0 OR c.relkind = 'c')
       AND NOT EXISTS (SELECT FROM pg_type element WHERE element.typarray = t.oid)
    UNION ALL
    SELECT tableoid, oid, 0, srvowner, coalesce(srvacl, acldefault('S', srvowner))
      FROM pg_foreign_server
)
SELECT
    format('%s %s', o.type, o.identity),
    concat_ws(' ', 'owner', pg_get_userbyid(held.owner), (
        SELECT string_agg(concat_ws(' ', g.grantee, g.privilege_type, g.is_grantable), ', '
                          ORDER BY g.grantee, g.privilege_type, g.is_grantable)
          FROM (SELECT CASE acl.grantee WHEN 0 THEN 'PUBLIC'
                            ELSE pg_get_userbyid(acl.grantee) END AS grantee,
                       acl.privilege_type, acl.is_grantable
                  FROM aclexplode(held.acl) AS acl
                 -- An owner's right of 17 and later: older servers imply it.
                 WHERE NOT (acl.privilege_type = 'MAINTAIN' AND acl.grantee = held.owner)) AS g))
FROM held
CROSS JOIN LATERAL pg_identify_object(held.catalog, held.oid, held.sub) AS o
WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = held.catalog
                   AND d.objid = held.oid AND d.deptype IN ('e', 'i')
                   AND held.catalog <> 'pg_class'::regclass)
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = held.catalog
                   AND d.objid = held.oid AND d.deptype = 'e')
UNION ALL
SELECT 'database',
       concat_ws(' ', 'owner', pg_get_userbyid(b.datdba), (
           SELECT string_agg(concat_ws(' ', g.grantee, g.privilege_type, g.is_grantable), ', '
                             ORDER BY g.grantee, g.privilege_type, g.is_grantable)
             FROM (SELECT CASE acl.grantee WHEN 0 THEN 'PUBLIC'
                               ELSE pg_get_userbyid(acl.grantee) END AS grantee,
                          acl.privilege_type, acl.is_grantable
                     FROM aclexplode(coalesce(b.datacl, acldefault('d', b.datdba))) AS acl) AS g))
FROM pg_database b
WHERE b.datname = current_database()
UNION ALL
SELECT concat_ws(' ', 'default', p.defaclobjtype, pg_get_userbyid(p.defaclrole),
                 CASE WHEN p.defaclnamespace <> 0 THEN p.defaclnamespace::regnamespace::text END),
       (SELECT string_agg(concat_ws(' ',
                   CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(acl.grantee) END,
                   acl.privilege_type, acl.is_grantable), ', '
                   ORDER BY pg_get_userbyid(acl.grantee), acl.privilege_type)
          FROM aclexplode(p.defaclacl) AS acl)
FROM pg_default_acl p
