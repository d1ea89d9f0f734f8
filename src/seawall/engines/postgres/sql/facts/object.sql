-- The rarer things a user can make, by their identity alone.
WITH made(catalog, oid) AS (
    SELECT tableoid, oid FROM pg_cast
    UNION ALL SELECT tableoid, oid FROM pg_operator
    UNION ALL SELECT tableoid, oid FROM pg_opclass
    UNION ALL SELECT tableoid, oid FROM pg_opfamily
    UNION ALL SELECT tableoid, oid FROM pg_conversion
    UNION ALL SELECT tableoid, oid FROM pg_ts_config
    UNION ALL SELECT tableoid, oid FROM pg_ts_dict
    UNION ALL SELECT tableoid, oid FROM pg_ts_parser
    UNION ALL SELECT tableoid, oid FROM pg_ts_template
    UNION ALL SELECT tableoid, oid FROM pg_collation
    UNION ALL SELECT tableoid, oid FROM pg_language
    UNION ALL SELECT tableoid, oid FROM pg_transform
    UNION ALL SELECT tableoid, oid FROM pg_am
    UNION ALL SELECT tableoid, oid FROM pg_foreign_data_wrapper
)
SELECT format('%s %s', o.type, o.identity), o.type
FROM made
CROSS JOIN LATERAL pg_identify_object(made.catalog, made.oid, 0) AS o
WHERE made.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = made.catalog
                   AND d.objid = made.oid AND d.deptype IN ('e', 'i'))
