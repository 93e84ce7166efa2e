-- Takes jobs of a queue: they are removed, and their data are the answer, the oldest first.
-- KEYS: wait, prioritized, delayed, meta, marker. ARGV: what keys of jobs begin with; how many at most; how many to leave.
-- To leave none is to take what may be executed now. To leave some is to forget what is too much, whatever state the queue is in.
local WAIT, PRIORITIZED, DELAYED, META, MARKER = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local JOB, most, leave = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local ids = {}

local function add(more)
  for _, id in ipairs(more) do
    ids[#ids + 1] = id
  end
end

local function popped(count)
  -- Without a count there is one answer and no list; with a count of 0 there is an error.
  return count > 0 and redis.call('RPOP', WAIT, count) or {}
end

local function ranked(count)
  local found = count > 0 and redis.call('ZRANGE', PRIORITIZED, 0, count - 1) or {}
  if #found > 0 then redis.call('ZREM', PRIORITIZED, unpack(found)) end
  return found
end

local function ripe(count)
  local now = redis.call('TIME')
  -- BullMQ keeps milliseconds times 4096, and counts in the rest.
  local until_now = (now[1] * 1000 + math.floor(now[2] / 1000) + 1) * 4096 - 1
  local found = count > 0 and redis.call('ZRANGEBYSCORE', DELAYED, 0, until_now, 'LIMIT', 0, count) or {}
  if #found > 0 then redis.call('ZREM', DELAYED, unpack(found)) end
  return found
end

if leave > 0 then
  add(popped(math.min(most, redis.call('LLEN', WAIT) - leave)))
elseif redis.call('HEXISTS', META, 'paused') == 0 then
  add(popped(most))
  add(ranked(most - #ids))
  add(ripe(most - #ids))
  -- Whoever was woken has taken the marker, and there is more for others.
  if #ids == most then redis.call('ZADD', MARKER, 0, '0') end
end

local data = {}
for index, id in ipairs(ids) do
  data[index] = redis.call('HGET', JOB .. id, 'data') or ''
  redis.call('DEL', JOB .. id)
end
return data
