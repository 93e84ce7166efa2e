-- Takes due runs, the longest due first, each in a new epoch.
-- ARGV: the time to go by or nothing, the owner, his lease in ms, how many at most, the workflows.
local now = time_of(ARGV[1])
local owner, due_ms, limit = ARGV[2], now + tonumber(ARGV[3]), tonumber(ARGV[4])

local due = {}
for place = 5, #ARGV do
    local found = redis.call('ZRANGEBYSCORE', due_runs_key(ARGV[place]), '-inf', now, 'WITHSCORES', 'LIMIT', 0, limit)
    for at = 1, #found, 2 do
        due[#due + 1] = {found[at], tonumber(found[at + 1]), ARGV[place]}
    end
end
table.sort(due, is_due_before)

local claimed = {}
for place = 1, math.min(limit, #due) do
    local run_id, _, workflow = unpack(due[place])
    local epoch = redis.call('HGET', run_key(run_id), 'epoch')
    put(run_key(run_id), {'owner', 'epoch', 'due_ms', 'updated_ms'}, owner, epoch + 1, due_ms, now)
    run_is_due({run_id = run_id, workflow = workflow}, due_ms)
    claimed[place] = read_run(run_id)
end
return claimed
