-- What of the store's tables and sequences this login may not read; the first few by name.
WITH closed AS (
    SELECT format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm', 'S')
      AND c.relpersistence <> 't'
      AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND NOT CASE
          WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, 'SELECT')
          ELSE has_table_privilege(c.oid, 'SELECT')
      END
)
SELECT
    quote_ident(current_user),
    (SELECT count(*) FROM closed)::int,
    ARRAY(SELECT name FROM closed ORDER BY name LIMIT 3)
