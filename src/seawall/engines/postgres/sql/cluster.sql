-- What a restore must know of the server: the first superuser's name, and the limits without which
-- the log cannot be replayed (prepared transactions, replication origins) or a session not open.
SELECT 'superuser', rolname::text FROM pg_roles WHERE oid = 10
UNION ALL
SELECT 'database', current_database()::text
UNION ALL
SELECT 'encoding', current_setting('server_encoding')
UNION ALL
SELECT 'server_version', split_part(current_setting('server_version'), ' ', 1)
UNION ALL
SELECT 'setting.' || name, setting
  FROM pg_settings
 WHERE name IN ('max_connections', 'max_worker_processes', 'max_prepared_transactions',
                'max_locks_per_transaction', 'max_replication_slots',
                'max_active_replication_origins')
