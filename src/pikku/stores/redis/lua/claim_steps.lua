-- Takes due remote steps, the longest due first, each in a new epoch. An attempt that its last worker left running is put behind.
-- ARGV: the time to go by or nothing, the owner (as JSON), his lease in ms, how many at most, the error of a lost attempt, how
-- many functions, the functions, and then the workflows; none means: of any.
-- Returns of each the workflow, the run, its record and its call.
local now = time_of(ARGV[1])
local owner, lease_end, limit, lost = ARGV[2], now + tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local functions = tonumber(ARGV[6])
local wanted, any = {}, #ARGV == 6 + functions
for place = 7 + functions, #ARGV do
    wanted[ARGV[place]] = true
end

local function is_wanted(place)
    if any then
        return true
    end
    local run = known_run((place_parts(place)))
    return not run or wanted[run.workflow]
end

-- Appends the due steps of one function. Those of other workflows are read past.
local function gather(due, rpc_name)
    local first, missing = 0, limit
    while missing > 0 do
        local found = redis.call(
            'ZRANGEBYSCORE', due_steps_key(rpc_name), '-inf', now, 'WITHSCORES', 'LIMIT', first, limit
        )
        for at = 1, #found, 2 do
            if missing > 0 and is_wanted(found[at]) then
                due[#due + 1] = {found[at], tonumber(found[at + 1]), rpc_name}
                missing = missing - 1
            end
        end
        if #found < 2 * limit then
            return
        end
        first = first + limit
    end
end

local function claim(place, lane)
    local run_id, key = place_parts(place)
    local run, step, call = known_run(run_id), step_state(run_id, key), call_of(run_id, key)
    if not run or not step then
        -- It has vanished; see claim_runs.lua.
        redis.call('ZREM', due_steps_key(lane), place)
        return nil
    end
    if not step.status or not call then
        -- Damaged: whoever reads it tells so, and the others are claimed meanwhile.
        redis.call('ZADD', due_steps_key(lane), lease_end, place)
        return {run.workflow, run_id, '', ''}
    end
    if step.status == 'running' then
        put_behind(step, step.attempt_count, lost, nil, now)
        step.attempt_count = step.attempt_count + 1
    end
    step.status, step.epoch, step.owner = 'running', step.epoch + 1, owner
    step.due_ms, step.running_ms = lease_end, now
    local record = record_of(step) .. ']'
    redis.call('HSET', steps_key(run_id), key, record)
    redis.call('ZADD', due_steps_key(lane), lease_end, place)
    touch(run, touched_ms(step))
    return {run.workflow, run_id, record, call}
end

local due = {}
for place = 7, 6 + functions do
    gather(due, ARGV[place])
end
table.sort(due, is_before)
local claimed = {}
for number = 1, math.min(limit, #due) do
    claimed[#claimed + 1] = claim(due[number][1], due[number][3])
end
write_touched(now)
return claimed
