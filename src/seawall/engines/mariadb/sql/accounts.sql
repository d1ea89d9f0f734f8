-- Accounts and roles, roles first. What a sandbox locks, it marks with what it was before.
SELECT User, Host,
       coalesce(JSON_EXTRACT(Priv, '$.is_role') = 'true', 0),
       JSON_EXTRACT(Priv, '$.seawall_was_locked')
FROM mysql.global_priv
-- A server that resolves no names ignores the accounts of hosts that need it.
WHERE NOT (
    @@global.skip_name_resolve AND Host NOT IN ('', 'localhost')
    AND Host NOT REGEXP '[:%_/]' AND Host REGEXP '[^0-9.]'
)
ORDER BY 3 DESC, CAST(User AS BINARY), CAST(Host AS BINARY)
