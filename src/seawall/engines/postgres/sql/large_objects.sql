-- Large objects as rows that do not depend on how their pages were written: non-empty pages
-- without trailing zeros, and one row per object with its length, owner and rights.
SELECT loid, pageno, rtrim(data, '\x00'::bytea), NULL
  FROM pg_catalog.pg_largeobject
 WHERE rtrim(data, '\x00'::bytea) <> ''
UNION ALL
SELECT m.oid,
       (SELECT max(pageno::bigint * 2048 + length(data))
          FROM pg_catalog.pg_largeobject WHERE loid = m.oid),
       NULL,
       pg_catalog.pg_get_userbyid(m.lomowner) || ' '
       || (SELECT string_agg(concat_ws(' ',
                      CASE acl.grantee WHEN 0 THEN 'PUBLIC'
                           ELSE pg_catalog.pg_get_userbyid(acl.grantee) END,
                      acl.privilege_type, acl.is_grantable), ', '
                      ORDER BY pg_catalog.pg_get_userbyid(acl.grantee), acl.privilege_type)
             FROM aclexplode(coalesce(m.lomacl, acldefault('L', m.lomowner))) AS acl)
  FROM pg_catalog.pg_largeobject_metadata m
