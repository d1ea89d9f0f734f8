-- Rights on columns that their table no longer has; the server keeps them.
SELECT granted.Table_name, granted.Column_name
FROM mysql.columns_priv AS granted
JOIN information_schema.TABLES AS made
  ON made.TABLE_SCHEMA = granted.Db AND made.TABLE_NAME = granted.Table_name
LEFT JOIN information_schema.COLUMNS AS present
  ON present.TABLE_SCHEMA = granted.Db AND present.TABLE_NAME = granted.Table_name
     AND present.COLUMN_NAME = granted.Column_name
WHERE granted.Db = %s AND present.COLUMN_NAME IS NULL
