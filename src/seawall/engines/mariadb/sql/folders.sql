SELECT @@global.datadir, coalesce(@@global.log_bin_basename, '')
