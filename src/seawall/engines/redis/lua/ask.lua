-- Runs behind expiry.lua; KEYS: 1 the key that is asked for.
return compute_expiry(KEYS[1])
