-- Read one batch of keys with type, absolute expiry and value, at one instant.
-- Runs behind expiry.lua.
--
-- Since: Redis 6.2, Valkey 7.2. Changes nothing; run as EVALSHA_RO where the server has it.
-- Blocks the server for one batch (some milliseconds): meant for private replicas and sandboxes.
--
-- ARGV: 1 SCAN cursor, 2 SCAN count, 3 most elements and 4 most bytes of a value that is returned
--       whole, 5 "1" where PEXPIRETIME is known (7.0), 6 "1" where hash fields may expire.
-- Returns the next cursor, then four replies for each key: its name, its kind, its expiry in
-- milliseconds since 1970 (-1: none), and its value:
--   string         the bytes                      list, set       the elements
--   hash           field, value, ...              zset            member, score, ...
--   hash-fields    {field, value, ...}, {expiry of each field}
--   stream         last id, {{id, {field, value, ...}}, ...}, groups as XINFO STREAM FULL has them
--   large          the type: the value is to be read in parts
--   other          the type: it belongs to a module

local most_elements = tonumber(ARGV[3])
local most_bytes = tonumber(ARGV[4])
local most_pending = 10000

local LENGTH = { hash = 'HLEN', list = 'LLEN', set = 'SCARD', zset = 'ZCARD', stream = 'XLEN' }
-- Encodings whose size in bytes is bounded by the server's configuration.
local COMPACT = { listpack = true, ziplist = true, intset = true, listpackex = true }

local function read_expiry(key)
  if ARGV[5] == '1' then
    return redis.call('PEXPIRETIME', key)
  end
  return compute_expiry(key)
end

local function read_hash(key, encoding)
  local pairs_ = redis.call('HGETALL', key)
  if ARGV[6] ~= '1' or encoding == 'listpack' or encoding == 'ziplist' or #pairs_ == 0 then
    return 'hash', pairs_
  end
  local fields = {}
  for i = 1, #pairs_, 2 do
    fields[#fields + 1] = pairs_[i]
  end
  local times = redis.call('HPEXPIRETIME', key, 'FIELDS', #fields, unpack(fields))
  for _, time in ipairs(times) do
    if time >= 0 then
      return 'hash-fields', { pairs_, times }
    end
  end
  return 'hash', pairs_
end

local function find(reply, name)
  for i = 1, #reply, 2 do
    if reply[i] == name then
      return reply[i + 1]
    end
  end
end

local function read_stream(key)
  local last = find(redis.call('XINFO', 'STREAM', key), 'last-generated-id')
  local pending = 0
  local listed = redis.call('XINFO', 'GROUPS', key)
  for _, group in ipairs(listed) do
    pending = math.max(pending, find(group, 'pending'))
  end
  if pending > most_pending then
    return 'large', 'stream'
  end
  local groups = {}
  if #listed > 0 then
    groups = find(redis.call('XINFO', 'STREAM', key, 'FULL', 'COUNT', pending + 1), 'groups')
  end
  return 'stream', { last, redis.call('XRANGE', key, '-', '+'), groups }
end

local function read_value(key, kind)
  if kind == 'string' then
    if redis.call('STRLEN', key) > most_bytes then
      return 'large', kind
    end
    return kind, redis.call('GET', key)
  end
  if not LENGTH[kind] then
    return 'other', kind
  end
  local encoding = redis.call('OBJECT', 'ENCODING', key)
  if redis.call(LENGTH[kind], key) > most_elements then
    return 'large', kind
  end
  if not COMPACT[encoding] then
    local bytes = redis.call('MEMORY', 'USAGE', key, 'SAMPLES', 0)
    if bytes and bytes > most_bytes then
      return 'large', kind
    end
  end
  if kind == 'hash' then
    return read_hash(key, encoding)
  elseif kind == 'list' then
    return kind, redis.call('LRANGE', key, 0, -1)
  elseif kind == 'set' then
    return kind, redis.call('SMEMBERS', key)
  elseif kind == 'zset' then
    return kind, redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  end
  return read_stream(key)
end

local batch = redis.call('SCAN', ARGV[1], 'COUNT', ARGV[2])
local out = { batch[1] }
local n = 1
for _, key in ipairs(batch[2]) do
  local kind = redis.call('TYPE', key)['ok']
  -- A key that expired since SCAN named it is no longer there.
  if kind ~= 'none' then
    local expiry = read_expiry(key)
    local form, value = read_value(key, kind)
    if value then
      out[n + 1], out[n + 2], out[n + 3], out[n + 4] = key, form, expiry, value
      n = n + 4
    end
  end
end
return out
