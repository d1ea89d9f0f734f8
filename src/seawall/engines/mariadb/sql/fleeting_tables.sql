-- Whether some table on the server loses its rows when the server stops: changes of those rows that
-- are replayed later find nothing.
SELECT if(count(*), 'yes', 'no') FROM information_schema.tables WHERE engine = 'MEMORY'
   AND table_schema NOT IN ('information_schema', 'performance_schema', 'sys', 'mysql')
