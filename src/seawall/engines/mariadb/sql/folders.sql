SELECT @@global.datadir, coalesce(@@global.log_bin_basename, ''), @@global.innodb_log_group_home_dir
