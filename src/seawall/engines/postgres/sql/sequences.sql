-- How far each sequence has counted. Counting is not transactional: what is read here is reached
-- by every later copy, so it is compared as "at least". Sequences that start over are left out.
SELECT n.nspname,
       c.relname,
       s.seqincrement,
       s.seqstart,
       s.seqcycle,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE')
           AND pg_catalog.has_sequence_privilege(c.oid, 'SELECT') AS is_readable
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relpersistence = 'p'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
