-- Whether this login can take a base backup, and if not, why.
SELECT
    r.rolname::text,
    r.rolreplication OR r.rolsuper,
    pg_is_in_recovery(),
    current_setting('wal_level'),
    current_setting('max_wal_senders')::int,
    (SELECT count(*) FROM pg_stat_replication)::int,
    (SELECT string_agg(spcname, ', ') FROM pg_tablespace
      WHERE spcname NOT IN ('pg_default', 'pg_global'))
FROM pg_roles r
WHERE r.rolname = current_user
