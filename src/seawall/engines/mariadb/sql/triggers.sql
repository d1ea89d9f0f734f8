-- In the order in which they fire, which is the order in which they must be made.
SELECT trigger_name
FROM information_schema.triggers
WHERE trigger_schema = %s
ORDER BY CAST(event_object_table AS BINARY), action_timing, event_manipulation, action_order
