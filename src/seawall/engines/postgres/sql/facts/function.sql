-- Functions, procedures and aggregates.
SELECT
    format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
    CASE WHEN p.prokind = 'a'
         THEN (SELECT concat_ws(' ', a.aggkind, a.aggtransfn, a.aggfinalfn, a.aggcombinefn,
                                a.aggmtransfn, a.aggsortop::regoperator, a.agginitval,
                                a.aggtranstype::regtype)
                 FROM pg_aggregate a WHERE a.aggfnoid = p.oid)
         ELSE pg_get_functiondef(p.oid) END
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
                   AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
