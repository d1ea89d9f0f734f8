-- Accounts and roles, roles first. What a sandbox locks, it marks with what it was before.
SELECT User, Host,
       coalesce(JSON_EXTRACT(Priv, '$.is_role') = 'true', 0),
       JSON_EXTRACT(Priv, '$.seawall_was_locked')
FROM mysql.global_priv
ORDER BY 3 DESC, CAST(User AS BINARY), CAST(Host AS BINARY)
