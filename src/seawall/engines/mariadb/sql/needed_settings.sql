-- Without these the data folder cannot be opened, or names mean something else in it,
-- or accounts of hosts by name are left out.
SELECT 'innodb-page-size', @@global.innodb_page_size
UNION ALL SELECT 'innodb-data-file-path', @@global.innodb_data_file_path
UNION ALL SELECT 'innodb-undo-tablespaces', @@global.innodb_undo_tablespaces
UNION ALL SELECT 'lower-case-table-names', @@global.lower_case_table_names
UNION ALL SELECT 'skip-name-resolve', @@global.skip_name_resolve
