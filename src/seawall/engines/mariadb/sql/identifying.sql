-- Columns whose value alone names one row: the only column of a unique index.
SELECT table_name, min(column_name)
FROM information_schema.statistics
WHERE table_schema = %s AND non_unique = 0 AND index_type = 'BTREE'
GROUP BY table_name, index_name
HAVING count(*) = 1 AND max(sub_part) IS NULL
