-- Before 7.0 only the time left is told: exact when the clock did not tick around the question.
-- The milliseconds since 1970 at which a key expires; -1: never, or there is no such key.
local function compute_expiry(key)
  while true do
    local before = redis.call('TIME')
    local left = redis.call('PTTL', key)
    local after = redis.call('TIME')
    local ms = math.floor(before[2] / 1000)
    if left < 0 then
      return -1
    elseif before[1] == after[1] and ms == math.floor(after[2] / 1000) then
      return before[1] * 1000 + ms + left
    end
  end
end

