-- Makes a batch of guarded changes, in order. Each is an array whose first item says what it is; see changes.py.
-- ARGV: the time to go by or nothing, the changes (MessagePack), the channel of hints.
-- Returns the time, and the number and the reason of each change that was refused.
local now = time_of(ARGV[1])
local changes = cmsgpack.unpack(ARGV[2])

local RUN_STANDING = {'status', 'epoch', 'owner', 'due_ms', 'wakes', 'created_ms', 'updated_ms'}

local function create_run(change)
    local _, run_id, workflow, owner, ttl_ms, fields = unpack(change, 1, 6)
    if redis.call('EXISTS', run_key(run_id)) == 1 then
        return 'exists'
    end
    redis.call('HSET', run_key(run_id), 'run_id', run_id, 'workflow', workflow, unpack(fields))
    put(run_key(run_id), RUN_STANDING, 'running', owner and 1 or 0, owner, now + ttl_ms, 0, now, now)
    run_is_due({run_id = run_id, workflow = workflow}, now + ttl_ms)
    for _, status in ipairs({'any', 'running'}) do
        redis.call('ZADD', list_key(status), now, run_id)
        redis.call('ZADD', list_key(status, workflow), now, run_id)
    end
end

local ENDING = {'status', 'output_json', 'error', 'updated_ms', 'completed_ms', 'owner', 'due_ms'}
local ABANDONING = {'status', 'error', 'completed_ms', 'due_ms', 'owner'}

local function abandon(run_id, key, error)
    local step = step_state(run_id, key)
    put(step_key(run_id, key), ABANDONING, 'failed', error, now, nil, nil)
    step.status, step.completed_ms = 'failed', now
    file_step(step, true)
end

local function end_run(change)
    local _, run_id, epoch, status, output_json, error, abandon_error = unpack(change, 1, 7)
    local run, why = running(run_id, epoch)
    if why then
        return why
    end
    put(run_key(run_id), ENDING, status, output_json, error, now, now, nil, nil)
    run_is_due(run, nil)
    local created_ms = redis.call('HGET', run_key(run_id), 'created_ms')
    for _, workflow in ipairs({false, run.workflow}) do
        redis.call('ZREM', list_key('running', workflow), run_id)
        redis.call('ZADD', list_key(status, workflow), created_ms, run_id)
    end
    for _, key in ipairs(redis.call('SMEMBERS', open_key(run_id))) do
        abandon(run_id, key, abandon_error)
    end
end

local function release_run(change)
    local _, run_id, epoch, due_in, seen_wakes = unpack(change, 1, 5)
    local run, why = running(run_id, epoch)
    if not why and not run.owner then
        why = 'stale'
    end
    if why then
        return why
    end
    local due_ms = due_in and now + due_in
    if run.wakes ~= seen_wakes then
        due_ms = now
    end
    put(run_key(run_id), {'updated_ms', 'owner', 'due_ms'}, now, nil, due_ms)
    run_is_due(run, due_ms)
end

local function wake_run(change)
    local run, why = running(change[2])
    if why then
        return why
    end
    if run.owner then
        put(run_key(run.run_id), {'updated_ms', 'wakes'}, now, run.wakes + 1)
    else
        local due_ms = math.min(run.due_ms or now, now)
        put(run_key(run.run_id), {'updated_ms', 'wakes', 'due_ms'}, now, run.wakes + 1, due_ms)
        run_is_due(run, due_ms)
    end
end

local STANDING = {
    'status', 'attempt_count', 'result_json', 'error', 'due_ms', 'owner', 'scheduled_ms', 'running_ms', 'completed_ms',
}

-- The step where a change puts it.
local function stand(step, standing)
    local status, attempt_count, result_json, error, due_in, ran_ms = unpack(standing, 1, 6)
    step.status = status
    step.due_ms = due_in and now + due_in
    step.completed_ms = is_final(status) and now or nil
    if status == 'scheduled' then
        step.scheduled_ms, step.running_ms = now, nil
    elseif ran_ms then
        step.running_ms = now - ran_ms
    end
    put(
        step_key(step.run_id, step.key), STANDING,
        status, attempt_count, result_json, error, step.due_ms, nil, step.scheduled_ms, step.running_ms, step.completed_ms
    )
end

local function put_failed_behind(step, standing)
    local attempt_count, error, ran_ms = unpack(standing, 7, 9)
    if attempt_count then
        put_behind(step, attempt_count, error, ran_ms and now - ran_ms, now)
    end
end

local function insert_step(change)
    local _, run_id, epoch, key, rpc_name, fields, standing = unpack(change, 1, 7)
    local _, why = running(run_id, epoch)
    if not why and redis.call('EXISTS', step_key(run_id, key)) == 1 then
        why = 'exists'
    end
    if why then
        return why
    end
    local step = {run_id = run_id, key = key, remote = rpc_name and true, rpc_name = rpc_name}
    step.created_ms = now - math.max(standing[6] or 0, standing[9] or 0, 0)
    redis.call('HSET', step_key(run_id, key), 'epoch', 0, 'created_ms', step.created_ms, unpack(fields))
    put_failed_behind(step, standing)
    stand(step, standing)
    file_step(step, false)
end

local function move_refused(step, run_why, change)
    local _, _, _, from_status, from_attempt, _, step_epoch, only_when_due = unpack(change, 1, 8)
    if not step then
        return 'missing'
    elseif run_why or step_epoch and step_epoch ~= step.epoch then
        return 'stale'
    elseif step.status ~= from_status or step.attempt_count ~= from_attempt then
        return 'moved'
    elseif only_when_due and (not step.due_ms or step.due_ms > now) then
        return 'early'
    end
end

local function move_step(change)
    local run_id, key, standing = change[2], change[3], change[9]
    local run, why = running(run_id, change[6])
    if not run then
        return why
    end
    local step = step_state(run_id, key)
    why = move_refused(step, why, change)
    if why then
        return why
    end
    local was_open = not is_final(step.status)
    put_failed_behind(step, standing)
    stand(step, standing)
    file_step(step, was_open)
end

local MAKE = {
    created = create_run,
    moved = end_run,
    released = release_run,
    woken = wake_run,
    inserted = insert_step,
    stepped = move_step,
}

local refused, told, heard = {now}, {}, {}
for number, change in ipairs(changes.list) do
    local why = MAKE[change[1]](change)
    if why then
        refused[#refused + 1] = number - 1
        refused[#refused + 1] = why
    elseif changes.attention[number] and not heard[change[2]] then
        heard[change[2]] = true
        told[#told + 1] = change[2]
    end
end
if #told > 0 then
    -- Who may not publish has written nevertheless: a hint may be lost, an answer must not.
    redis.pcall('PUBLISH', ARGV[3], table.concat(told, ','))
end
return refused
