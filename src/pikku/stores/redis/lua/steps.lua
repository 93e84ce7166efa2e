-- Steps: for each run a hash of their records, a hash of the calls of those that are unfinished, and the list of the attempts
-- that are behind; sorted sets of the remote steps that are due, by function.
--
-- A record is the text of a JSON array (see record.py): status, attempt_count, epoch, due_ms, created_ms, scheduled_ms,
-- running_ms, completed_ms and owner; of a finished step then its error, its call and, if there is one, its result. So a step
-- is written whole in one field, and one that is finished at once needs no other.

local function steps_key(run_id)
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

-- The step as its record says, or nothing when there is none. What is null is nothing, but for the owner, whose text is kept.
-- Of a record that is damaged nothing is known, not even the status.
local function step_state(run_id, key)
    local record = redis.call('HGET', steps_key(run_id), key)
    if not record then
        return nil
    end
    local status, attempt_count, epoch, due, created, scheduled, running, completed, owner = string.match(
        record, '^%["(%a+)",(%d+),(%d+),([^,]+),([^,]+),([^,]+),([^,]+),([^,]+),()'
    )
    if not status then
        return {run_id = run_id, key = key}
    end
    return {
        run_id = run_id,
        key = key,
        status = status,
        attempt_count = tonumber(attempt_count),
        epoch = tonumber(epoch),
        due_ms = tonumber(due),
        created_ms = tonumber(created),
        scheduled_ms = tonumber(scheduled),
        running_ms = tonumber(running),
        completed_ms = tonumber(completed),
        owner = not is_final(status) and string.sub(record, owner, -2) or 'null',
    }
end

local function or_null(number)
    return number and string.format('%d', number) or 'null'
end

-- The record of an unfinished step, but for its end.
local function record_of(step)
    return string.format(
        '["%s",%d,%d,%s,%d,%s,%s,%s,%s', step.status, step.attempt_count, step.epoch, or_null(step.due_ms),
        step.created_ms, or_null(step.scheduled_ms), or_null(step.running_ms), or_null(step.completed_ms), step.owner
    )
end

local function finished_record(step, error, call, result)
    return record_of(step) .. ',' .. error .. ',' .. call .. result .. ']'
end

-- What is kept of an unfinished step's call: before that of a remote step, the length and the name of its function.
local function opened(call, lane)
    return lane and #lane .. ':' .. lane .. call or call
end

-- The call of an unfinished step, and the function if it is remote; nothing when it has vanished.
local function call_of(run_id, key)
    local kept = redis.call('HGET', open_key(run_id), key)
    if not kept then
        return nil
    end
    local length, start = string.match(kept, '^(%d+):()')
    if not length then
        return kept
    end
    local after = start + tonumber(length)
    return string.sub(kept, after), string.sub(kept, start, after - 1)
end

local function touched_ms(step)
    return math.max(step.created_ms, step.scheduled_ms or 0, step.running_ms or 0, step.completed_ms or 0)
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
