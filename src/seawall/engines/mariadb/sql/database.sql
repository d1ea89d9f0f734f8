-- What a new table of the database takes over.
SELECT default_character_set_name, default_collation_name
FROM information_schema.schemata
WHERE schema_name = %s
