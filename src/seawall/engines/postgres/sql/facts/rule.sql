-- Rewrite rules that are not a view's own.
SELECT format('%I on %s', r.rulename, r.ev_class::regclass),
       concat_ws(' ', pg_get_ruledef(r.oid), r.ev_enabled)
FROM pg_rewrite r
JOIN pg_class c ON c.oid = r.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_rewrite'::regclass
                   AND d.objid = r.oid AND d.deptype = 'e')
