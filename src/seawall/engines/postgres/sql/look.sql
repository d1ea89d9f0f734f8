-- One look: what this transaction sees, and the end of the log at that moment (on a replica, of
-- what it has replayed).
SELECT pg_current_snapshot()::text,
       CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
            ELSE pg_current_wal_insert_lsn() END::text
