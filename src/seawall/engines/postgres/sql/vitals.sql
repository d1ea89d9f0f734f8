-- One look at the server: cheap, needs no right but to connect.
-- On a replica the position is what was replayed, else the end of the log.
SELECT
    split_part(current_setting('server_version'), ' ', 1)                   AS version,
    extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())      AS uptime_seconds,
    pg_database_size(current_database())                                    AS size_bytes,
    (SELECT sum(numbackends)::int FROM pg_stat_database)                    AS connections,
    current_setting('max_connections')::int                                 AS connections_max,
    CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END         AS role,
    CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
         ELSE pg_current_wal_insert_lsn() END::text                         AS position
