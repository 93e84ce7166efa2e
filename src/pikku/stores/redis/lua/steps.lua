-- Steps: a hash for each; for each run a sorted set of its keys by their last change, a set of those that are unfinished, and
-- the list of the attempts that are behind; sorted sets of the remote steps that are due, by function.

local function step_key(run_id, key)
    return PREFIX .. ':step:' .. run_id .. ':' .. key
end

local function touched_key(run_id)
    return PREFIX .. ':steps:' .. run_id
end

local function open_key(run_id)
    return PREFIX .. ':open:' .. run_id
end

local function attempts_key(run_id)
    return PREFIX .. ':attempts:' .. run_id
end

local function due_steps_key(rpc_name)
    return PREFIX .. ':due:steps:' .. rpc_name
end

-- A step among those that are due. Ids of runs have no colon.
local function place_of(run_id, key)
    return run_id .. ':' .. key
end

local function place_parts(place)
    local colon = string.find(place, ':', 1, true)
    return string.sub(place, 1, colon - 1), string.sub(place, colon + 1)
end

local function is_final(status)
    return status == 'succeeded' or status == 'failed'
end

local function read_step(run_id, key)
    return redis.call('HMGET', step_key(run_id, key), unpack(STEP_FIELDS))
end

-- What guards and moves look at, or nothing when there is no such step.
local function step_state(run_id, key)
    local found = redis.call(
        'HMGET', step_key(run_id, key),
        'status', 'attempt_count', 'epoch', 'due_ms', 'owner', 'remote', 'rpc_name', 'created_ms', 'scheduled_ms', 'running_ms'
    )
    return found[1] and {
        run_id = run_id,
        key = key,
        status = found[1],
        attempt_count = tonumber(found[2]),
        epoch = tonumber(found[3]),
        due_ms = tonumber(found[4] or nil),
        owner = found[5] ~= '' and found[5],
        remote = found[6] == '1',
        rpc_name = found[7],
        created_ms = tonumber(found[8]),
        scheduled_ms = tonumber(found[9] or nil),
        running_ms = tonumber(found[10] or nil),
    }
end

local function touched_ms(step)
    return math.max(step.created_ms, step.scheduled_ms or 0, step.running_ms or 0, step.completed_ms or 0)
end

-- Files a step that was unfinished: when it was last changed, that it is finished now, and when it is due.
local function refile_step(step)
    redis.call('ZADD', touched_key(step.run_id), touched_ms(step), step.key)
    local final = is_final(step.status)
    if final then
        redis.call('SREM', open_key(step.run_id), step.key)
    end
    if step.remote and step.due_ms and not final then
        redis.call('ZADD', due_steps_key(step.rpc_name), step.due_ms, place_of(step.run_id, step.key))
    elseif step.remote then
        redis.call('ZREM', due_steps_key(step.rpc_name), place_of(step.run_id, step.key))
    end
end

-- The attempt that the step stood for until now is over, and will not be its last.
local function put_behind(step, attempt_count, error, began_ms, now)
    redis.call('RPUSH', attempts_key(step.run_id), cjson.encode({
        key = step.key,
        attempt_count = attempt_count,
        error = error,
        created_ms = began_ms or step.running_ms or step.scheduled_ms or step.created_ms,
        completed_ms = now,
    }))
end

-- The run, when a step of it was last changed, and the keys that it waits for; nothing when there is no such run.
local function run_as_read(run_id)
    local run = read_run(run_id)
    local last = redis.call('ZREVRANGE', touched_key(run_id), 0, 0, 'WITHSCORES')
    return run[1] and {run, tonumber(last[2]) or false, redis.call('SMEMBERS', open_key(run_id))}
end
