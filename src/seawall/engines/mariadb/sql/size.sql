-- What the store's tables take, as the server estimates it, and how many may be connected.
SELECT coalesce(sum(data_length + index_length), 0), @@global.max_connections
FROM information_schema.tables
WHERE table_schema = %s
