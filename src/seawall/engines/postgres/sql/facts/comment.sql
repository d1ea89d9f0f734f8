-- Comments on what users made.
SELECT
    format('%s %s', o.type, o.identity),
    c.description
FROM pg_description c
CROSS JOIN LATERAL pg_identify_object(c.classoid, c.objoid, c.objsubid) AS o
WHERE c.objoid >= 16384
  AND o.identity IS NOT NULL AND o.schema IS DISTINCT FROM 'pg_toast'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = c.classoid
                   AND d.objid = c.objoid AND d.deptype = 'e')
