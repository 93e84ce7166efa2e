-- Makes a batch of guarded changes, in order. Each is an array whose first item says what it is; see packing.py.
-- ARGV: the time to go by or nothing, the changes (MessagePack), the channel of hints.
-- Returns the time, and the number and the reason of each change that was refused.
local now = time_of(ARGV[1])
local changes = cmsgpack.unpack(ARGV[2])

-- How many keys are let go of by one call; Lua unpacks some thousands at most.
local MOST_KEYS = 500

local function create_run(change)
    local _, run_id, workflow, owner, ttl_ms, fields = unpack(change, 1, 6)
    if known_run(run_id) then
        return 'exists'
    end
    local run = {
        run_id = run_id, workflow = workflow, status = 'running', epoch = owner and 1 or 0, owner = owner,
        due_ms = now + ttl_ms, wakes = 0,
    }
    redis.call(
        'HSET', run_key(run_id), 'run_id', run_id, 'workflow', workflow, 'status', 'running', 'epoch', run.epoch,
        'owner', owner or '', 'due_ms', run.due_ms, 'wakes', 0, 'created_ms', now, 'updated_ms', now, unpack(fields)
    )
    file_due_run(run)
    for _, status in ipairs({'any', 'running'}) do
        redis.call('ZADD', list_key(status), now, run_id)
        redis.call('ZADD', list_key(status, workflow), now, run_id)
    end
    known_runs[run_id] = run
end

local function abandon(run_id, key, error)
    local step = step_state(run_id, key)
    redis.call(
        'HSET', step_key(run_id, key), 'status', 'failed', 'error', error, 'completed_ms', now, 'due_ms', '', 'owner', ''
    )
    step.status, step.completed_ms = 'failed', now
    refile_step(step)
end

local function end_run(change)
    local _, run_id, epoch, status, output_json, error, abandon_error = unpack(change, 1, 7)
    local run, why = running(run_id, epoch)
    if why then
        return why
    end
    redis.call(
        'HSET', run_key(run_id), 'status', status, 'output_json', output_json or '', 'error', error or '',
        'updated_ms', now, 'completed_ms', now, 'owner', '', 'due_ms', ''
    )
    run.status, run.owner, run.due_ms = status, nil, nil
    file_due_run(run)
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
    run.owner, run.due_ms = nil, due_in and now + due_in
    if run.wakes ~= seen_wakes then
        run.due_ms = now
    end
    redis.call('HSET', run_key(run_id), 'updated_ms', now, 'owner', '', 'due_ms', run.due_ms or '')
    file_due_run(run)
end

local function wake_run(change)
    local run, why = running(change[2])
    if why then
        return why
    end
    run.wakes = run.wakes + 1
    if run.owner then
        redis.call('HSET', run_key(run.run_id), 'updated_ms', now, 'wakes', run.wakes)
    else
        run.due_ms = math.min(run.due_ms or now, now)
        redis.call('HSET', run_key(run.run_id), 'updated_ms', now, 'wakes', run.wakes, 'due_ms', run.due_ms)
        file_due_run(run)
    end
end

-- Nobody has a step of a run that has ended: it is in no set of what is due or unfinished. That nothing is written before
-- memory is let go of does no harm: a server that is full lets a script go on that has written.
local function delete_run(change)
    local run_id = change[2]
    local run = known_run(run_id)
    if not run then
        return 'missing'
    end
    if run.status == 'running' then
        return 'running'
    end
    for _, status in ipairs({'any', run.status}) do
        redis.call('ZREM', list_key(status), run_id)
        redis.call('ZREM', list_key(status, run.workflow), run_id)
    end
    local keys = {run_key(run_id), touched_key(run_id), attempts_key(run_id)}
    for _, key in ipairs(redis.call('ZRANGE', touched_key(run_id), 0, -1)) do
        keys[#keys + 1] = step_key(run_id, key)
        if #keys == MOST_KEYS then
            redis.call('UNLINK', unpack(keys))
            keys = {}
        end
    end
    if #keys > 0 then
        redis.call('UNLINK', unpack(keys))
    end
    known_runs[run_id] = false
end

-- The step where a change puts it.
local function stand(step, standing)
    local status, due_in, ran_ms = standing[1], standing[5], standing[6]
    step.status = status
    step.due_ms = due_in and now + due_in
    step.completed_ms = is_final(status) and now or nil
    if status == 'scheduled' then
        step.scheduled_ms, step.running_ms = now, nil
    elseif ran_ms then
        step.running_ms = now - ran_ms
    end
end

local function put_failed_behind(step, standing)
    local attempt_count, error, ran_ms = standing[7], standing[8], standing[9]
    if attempt_count then
        put_behind(step, attempt_count, error, ran_ms and now - ran_ms, now)
    end
end

local function insert_step(change)
    local _, run_id, epoch, key, rpc_name, fields, standing = unpack(change, 1, 7)
    local _, why = running(run_id, epoch)
    if why then
        return why
    end
    local step = {run_id = run_id, key = key}
    step.created_ms = now - math.max(standing[6] or 0, standing[9] or 0, 0)
    local before = {run_id = run_id, key = key, created_ms = step.created_ms}
    stand(step, standing)
    if redis.call('ZADD', touched_key(run_id), 'NX', touched_ms(step), key) == 0 then
        return 'exists'
    end
    put_failed_behind(before, standing)
    redis.call(
        'HSET', step_key(run_id, key), 'status', step.status, 'attempt_count', standing[2], 'epoch', 0,
        'result_json', standing[3] or '', 'error', standing[4] or '', 'due_ms', step.due_ms or '',
        'created_ms', step.created_ms, 'scheduled_ms', step.scheduled_ms or '', 'running_ms', step.running_ms or '',
        'completed_ms', step.completed_ms or '', unpack(fields)
    )
    if not is_final(step.status) then
        redis.call('SADD', open_key(run_id), key)
        if rpc_name and step.due_ms then
            redis.call('ZADD', due_steps_key(rpc_name), step.due_ms, place_of(run_id, key))
        end
    end
end

local function move_refused(step, run_why, change)
    local from_status, from_attempt, step_epoch, only_when_due = change[4], change[5], change[7], change[8]
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
    put_failed_behind(step, standing)
    stand(step, standing)
    redis.call(
        'HSET', step_key(run_id, key), 'status', step.status, 'attempt_count', standing[2],
        'result_json', standing[3] or '', 'error', standing[4] or '', 'due_ms', step.due_ms or '', 'owner', '',
        'scheduled_ms', step.scheduled_ms or '', 'running_ms', step.running_ms or '', 'completed_ms', step.completed_ms or ''
    )
    refile_step(step)
end

local MAKE = {
    created = create_run,
    moved = end_run,
    released = release_run,
    woken = wake_run,
    deleted = delete_run,
    inserted = insert_step,
    stepped = move_step,
}

local answer, told, is_told = {now}, {}, {}
for number, change in ipairs(changes.list) do
    local why = MAKE[change[1]](change)
    if why then
        answer[#answer + 1] = number - 1
        answer[#answer + 1] = why
    elseif changes.attention[number] and not is_told[change[2]] then
        is_told[change[2]] = true
        told[#told + 1] = change[2]
    end
end
if #told > 0 then
    -- Who may not publish has written nevertheless: a hint may be lost, an answer must not.
    redis.pcall('PUBLISH', ARGV[3], table.concat(told, ','))
end
return answer
