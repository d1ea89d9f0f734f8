-- Databases of the server beside the store's own.
SELECT datname::text
FROM pg_database
WHERE datallowconn AND NOT datistemplate AND datname <> current_database()
ORDER BY datname
