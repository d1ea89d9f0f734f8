-- Where one sequence stands; what its sessions hold in stock counts as used up.
SELECT next_not_cached_value, start_value, increment, cycle_option
FROM {sequence}
