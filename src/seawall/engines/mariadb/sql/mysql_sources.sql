SELECT count(*) FROM performance_schema.replication_connection_status WHERE service_state <> 'OFF'
