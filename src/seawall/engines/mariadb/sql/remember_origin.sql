UPDATE mysql.global_priv SET Priv = JSON_SET(Priv, '$.seawall', JSON_COMPACT({known})) WHERE User = {user} AND Host = {host};
