SELECT event_name, unix_timestamp(created)
FROM information_schema.events
WHERE event_schema = %s
ORDER BY CAST(event_name AS BINARY)
