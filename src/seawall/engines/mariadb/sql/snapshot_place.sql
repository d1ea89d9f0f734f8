SHOW SESSION STATUS LIKE 'Binlog\_snapshot\_%'
