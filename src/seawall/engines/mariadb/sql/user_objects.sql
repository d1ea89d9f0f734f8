-- How many things a user made in the database: tables, views, sequences, routines, triggers, events.
SELECT (SELECT count(*) FROM information_schema.tables WHERE table_schema = %s)
     + (SELECT count(*) FROM information_schema.routines WHERE routine_schema = %s)
     + (SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = %s)
     + (SELECT count(*) FROM information_schema.events WHERE event_schema = %s)
