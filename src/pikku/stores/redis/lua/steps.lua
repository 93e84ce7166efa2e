-- Steps: a hash for each; for each run a sorted set of its keys by their last change, a set of those that are unfinished, and
-- the list of the attempts that are behind; sorted sets of the remote steps that are due, by function.
local function step_key(run_id, key)
    return key_of('step', run_id, key)
end

local function touched_key(run_id)
    return key_of('steps', run_id)
end

local function open_key(run_id)
    return key_of('open', run_id)
end

local function attempts_key(run_id)
    return key_of('attempts', run_id)
end

local function due_steps_key(rpc_name)
    return key_of('due', 'steps', rpc_name)
end

-- A step among those that are due. Ids of runs have no colon.
local function place_of(run_id, key)
    return run_id .. ':' .. key
end

local function place_parts(place)
    return string.match(place, '^([^:]*):(.*)$')
end

local function is_final(status)
    return status == 'succeeded' or status == 'failed'
end

local function read_step(run_id, key)
    return redis.call('HMGET', step_key(run_id, key), unpack(STEP_FIELDS))
end

local STATE = {
    'status', 'attempt_count', 'epoch', 'due_ms', 'owner', 'remote', 'rpc_name', 'created_ms', 'scheduled_ms', 'running_ms',
}

-- What guards and moves look at, or nothing when there is no such step.
local function step_state(run_id, key)
    local found = redis.call('HMGET', step_key(run_id, key), unpack(STATE))
    if not found[1] then
        return nil
    end
    return {
        run_id = run_id,
        key = key,
        status = found[1],
        attempt_count = tonumber(found[2]),
        epoch = tonumber(found[3]),
        due_ms = tonumber(found[4] or nil),
        owner = found[5],
        remote = found[6] and true,
        rpc_name = found[7],
        created_ms = tonumber(found[8]),
        scheduled_ms = tonumber(found[9] or nil),
        running_ms = tonumber(found[10] or nil),
    }
end

-- Notes when the step was last changed, whether it is unfinished, and when it is due. `was_open` spares what cannot be there.
local function file_step(step, was_open)
    local touched = math.max(step.created_ms, step.scheduled_ms or 0, step.running_ms or 0, step.completed_ms or 0)
    redis.call('ZADD', touched_key(step.run_id), touched, step.key)
    local open = not is_final(step.status)
    if open and not was_open then
        redis.call('SADD', open_key(step.run_id), step.key)
    elseif was_open and not open then
        redis.call('SREM', open_key(step.run_id), step.key)
    end
    if step.remote and open and step.due_ms then
        redis.call('ZADD', due_steps_key(step.rpc_name), step.due_ms, place_of(step.run_id, step.key))
    elseif step.remote and was_open then
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

-- The run, when a step of it was last changed, and the keys that it waits for.
local function run_as_read(run_id)
    local last = redis.call('ZREVRANGE', touched_key(run_id), 0, 0, 'WITHSCORES')
    return {read_run(run_id), tonumber(last[2]) or false, redis.call('SMEMBERS', open_key(run_id))}
end
