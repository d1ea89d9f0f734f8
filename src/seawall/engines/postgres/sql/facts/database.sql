-- The database itself.
SELECT
    'database',
    concat_ws(' ', pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, d.datconnlimit,
              coalesce(to_jsonb(d) ->> 'datlocprovider', 'c'),
              coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
              shobj_description(d.oid, 'pg_database'))
FROM pg_database d
WHERE d.datname = current_database()
