-- Takes the jobs that may be executed now: they are removed, and their data are the answer, the oldest first.
-- KEYS: wait, prioritized, delayed, meta, marker, id, active. ARGV: what keys of jobs begin with; how many at most.
local WAIT, PRIORITIZED, DELAYED, META, MARKER = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local JOB, most = ARGV[1], tonumber(ARGV[2])
local ids = {}

local function add(more)
  for _, id in ipairs(more) do
    ids[#ids + 1] = id
  end
end

local function ranked(key, most_left, ...)
  local found = most_left > 0 and redis.call('ZRANGEBYSCORE', key, '-inf', ...) or {}
  if #found > 0 then redis.call('ZREM', key, unpack(found)) end
  return found
end

-- BullMQ keeps milliseconds times 4096, and counts jobs of one millisecond in the rest.
local function end_of_now()
  local now = redis.call('TIME')
  return string.format('%.0f', (now[1] * 1000 + math.floor(now[2] / 1000) + 1) * 4096 - 1)
end

if redis.call('HEXISTS', META, 'paused') == 1 then return {} end

add(redis.call('RPOP', WAIT, most) or {})
-- Those are strangers': our messages have neither priority nor delay.
add(ranked(PRIORITIZED, most - #ids, '+inf', 'LIMIT', 0, most - #ids))
add(ranked(DELAYED, most - #ids, end_of_now(), 'LIMIT', 0, most - #ids))
-- Whoever was woken has taken the marker, and there is more for others.
if #ids == most then redis.call('ZADD', MARKER, 0, '0') end

local data = {}
for index, id in ipairs(ids) do
  data[index] = redis.call('HGET', JOB .. id, 'data') or ''
  redis.call('DEL', JOB .. id)
end
return data
