-- Takes due runs, the longest due first, each in a new epoch.
-- ARGV: the time to go by or nothing, the owner, his lease in ms, how many at most, the workflows.
local now = time_of(ARGV[1])
local owner, lease_end, limit = ARGV[2], now + tonumber(ARGV[3]), tonumber(ARGV[4])

local due = {}
for place = 5, #ARGV do
    local found = redis.call('ZRANGEBYSCORE', due_runs_key(ARGV[place]), '-inf', now, 'WITHSCORES', 'LIMIT', 0, limit)
    for at = 1, #found, 2 do
        due[#due + 1] = {found[at], tonumber(found[at + 1]), ARGV[place]}
    end
end
table.sort(due, is_before)

local function claim(run)
    run.due_ms = lease_end
    redis.call(
        'HSET', run_key(run.run_id), 'owner', owner, 'epoch', run.epoch + 1, 'due_ms', lease_end, 'updated_ms', now
    )
    file_due_run(run)
    return read_run(run.run_id)
end

local claimed = {}
for place = 1, math.min(limit, #due) do
    local run_id, _, workflow = unpack(due[place])
    local run = known_run(run_id)
    if run then
        claimed[#claimed + 1] = claim(run)
    else
        -- Its hash has vanished, as when memory is short and the server throws keys out: nobody can ever have it.
        -- That nothing is written before it does no harm; see `delete_run` in apply.lua.
        redis.call('ZREM', due_runs_key(workflow), run_id)
    end
end
return claimed
