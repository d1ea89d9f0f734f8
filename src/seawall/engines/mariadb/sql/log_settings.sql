-- What decides whether the binary log repeats every change.
SELECT if(@@global.log_bin, 'ON', 'OFF'),
       @@global.binlog_format,
       if(@@global.encrypt_binlog, 'ON', 'OFF'),
       if(@@global.innodb_encrypt_tables <> 'OFF' OR @@global.innodb_encrypt_log, 'ON', 'OFF'),
       if(@@global.log_slave_updates, 'ON', 'OFF'),
       (SELECT variable_value FROM information_schema.global_status
         WHERE variable_name = 'SLAVES_RUNNING')
