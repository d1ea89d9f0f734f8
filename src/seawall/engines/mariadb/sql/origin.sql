-- What a sandbox notes of itself, at its own login.
SELECT JSON_EXTRACT(Priv, '$.seawall')
FROM mysql.global_priv
WHERE User = %s AND Host = %s AND JSON_EXTRACT(Priv, '$.seawall') IS NOT NULL
