-- Adds messages as BullMQ adds jobs without options, but for its events; and forgets the oldest when too many wait.
-- KEYS: wait, prioritized, delayed, meta, marker, id, active.
-- ARGV: what keys of jobs begin with; the time; how many may wait; the options; the data of each.
local WAIT, META, MARKER, ID, ACTIVE = KEYS[1], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local JOB, now, most_waiting, options = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]

local function is_paused_or_full()
  local told = redis.call('HMGET', META, 'paused', 'concurrency')
  return told[1] or told[2] and redis.call('LLEN', ACTIVE) >= tonumber(told[2])
end

local waiting = 0
for number = 5, #ARGV do
  local id = redis.call('INCR', ID) .. ''
  redis.call('HSET', JOB .. id, 'name', 'look', 'data', ARGV[number], 'opts', options,
    'timestamp', now, 'delay', 0, 'priority', 0)
  waiting = redis.call('LPUSH', WAIT, id)
end
-- BullMQ's workers, and we, wait for the marker.
if not is_paused_or_full() then redis.call('ZADD', MARKER, 0, '0') end

for _ = most_waiting + 1, waiting do
  redis.call('DEL', JOB .. (redis.call('RPOP', WAIT) or ''))
end
