SHOW GLOBAL STATUS WHERE Variable_name IN
    ('Uptime', 'Threads_connected', 'Slaves_running', 'Binlog_snapshot_file', 'Binlog_snapshot_position')
