-- Makes a batch of guarded changes, in order. Each is an array whose first item says what it is; see packing.py.
-- ARGV: the time to go by or nothing, the changes (MessagePack), the channel of hints.
-- Returns the time, and the number and the reason of each change that was refused.
local now = time_of(ARGV[1])
local changes = cmsgpack.unpack(ARGV[2])

local function create_run(change)
    local _, run_id, workflow, owner, ttl_ms, fields = unpack(change, 1, 6)
    if known_run(run_id) then
        return 'exists'
    end
    local run = {
        run_id = run_id, workflow = workflow, status = 'running', epoch = owner and 1 or 0, owner = owner,
        due_ms = now + ttl_ms, wakes = 0, touched_ms = 0,
    }
    redis.call(
        'HSET', run_key(run_id), 'workflow', workflow, 'status', 'running', 'epoch', run.epoch, 'owner', owner or '',
        'due_ms', run.due_ms, 'created_ms', now, 'updated_ms', now, unpack(fields)
    )
    file_due_run(run)
    redis.call('ZADD', list_key('running'), now, run_id)
    redis.call('ZADD', list_key('running', workflow), now, run_id)
    known_runs[run_id] = run
end

-- A step whose record has vanished or is damaged must not keep the run from ending.
local function abandon(run_id, key, error)
    local step, call, lane = step_state(run_id, key), call_of(run_id, key)
    if lane then
        redis.call('ZREM', due_steps_key(lane), place_of(run_id, key))
    end
    if not step or not step.status then
        return
    end
    step.status, step.completed_ms, step.due_ms, step.owner = 'failed', now, nil, 'null'
    redis.call('HSET', steps_key(run_id), key, finished_record(step, error, call, ''))
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
    if run.due_ms then
        redis.call('ZREM', due_runs_key(run.workflow), run_id)
    end
    run.status, run.owner, run.due_ms = status, nil, nil
    local created_ms = redis.call('HGET', run_key(run_id), 'created_ms')
    for _, workflow in ipairs({false, run.workflow}) do
        redis.call('ZREM', list_key('running', workflow), run_id)
        redis.call('ZADD', list_key(status, workflow), created_ms, run_id)
    end
    local open = redis.call('HKEYS', open_key(run_id))
    for _, key in ipairs(open) do
        abandon(run_id, key, abandon_error)
    end
    if open[1] then
        redis.call('DEL', open_key(run_id))
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
    run.wakes, run.is_woken = run.wakes + 1, true
    if not run.owner and (not run.due_ms or run.due_ms > now) then
        run.due_ms = now
        redis.call('HSET', run_key(run.run_id), 'due_ms', now)
        file_due_run(run)
    end
    touch(run, 0)
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
    for _, workflow in ipairs({false, run.workflow}) do
        redis.call('ZREM', list_key(run.status, workflow), run_id)
    end
    redis.call('UNLINK', run_key(run_id), steps_key(run_id), attempts_key(run_id))
    run.is_deleted = true
    known_runs[run_id] = false
end

-- The step where a change puts it.
local function stand(step, status, attempt_count, due_in, ran_ms)
    step.status = status
    step.attempt_count = attempt_count
    step.due_ms = due_in and now + due_in
    step.owner = 'null'
    step.completed_ms = is_final(status) and now or nil
    if status == 'scheduled' then
        step.scheduled_ms, step.running_ms = now, nil
    elseif ran_ms then
        step.running_ms = now - ran_ms
    end
end

local function put_failed_behind(step, failed)
    if failed then
        local attempt_count, error, ran_ms = unpack(failed, 1, 3)
        put_behind(step, attempt_count, error, ran_ms and now - ran_ms, now)
    end
end

local function file_due_step(lane, step)
    redis.call('ZADD', due_steps_key(lane), step.due_ms, place_of(step.run_id, step.key))
end

-- A step that is finished at once, as most are: its record is made without the step.
local function insert_finished(run, run_id, key, call, status, attempt_count, error, result, began, ran_ms)
    local record = string.format(
        '["%s",%d,0,null,%d,null,%s,%d,null,', status, attempt_count, began, or_null(ran_ms and now - ran_ms), now
    )
    if redis.call('HSETNX', steps_key(run_id), key, record .. error .. ',' .. call .. result .. ']') == 0 then
        return 'exists'
    end
    touch(run, now)
end

local function insert_unfinished(run, step, call, lane)
    if redis.call('HSETNX', steps_key(step.run_id), step.key, record_of(step) .. ']') == 0 then
        return 'exists'
    end
    redis.call('HSET', open_key(step.run_id), step.key, opened(call, lane))
    if lane and step.due_ms then
        file_due_step(lane, step)
    end
    touch(run, touched_ms(step))
end

local function insert_step(change)
    local _, run_id, epoch, key, lane, call, status, attempt_count, error, result, due_in, ran_ms, failed =
        unpack(change, 1, 13)
    local run, why = running(run_id, epoch)
    if why then
        return why
    end
    local began = now - math.max(ran_ms or 0, failed and failed[3] or 0, 0)
    if is_final(status) then
        why = insert_finished(run, run_id, key, call, status, attempt_count, error, result, began, ran_ms)
    else
        local step = {run_id = run_id, key = key, epoch = 0, created_ms = began}
        stand(step, status, attempt_count, due_in, ran_ms)
        why = insert_unfinished(run, step, call, lane)
    end
    if failed and not why then
        put_failed_behind({run_id = run_id, key = key, created_ms = began}, failed)
    end
    return why
end

local function move_refused(step, run_why, from_status, from_attempt, step_epoch, only_when_due)
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
    local _, run_id, key, from_status, from_attempt, run_epoch, step_epoch, only_when_due = unpack(change, 1, 8)
    local run, why = running(run_id, run_epoch)
    if not run then
        return why
    end
    local step, call, lane = step_state(run_id, key), call_of(run_id, key)
    why = move_refused(step, why, from_status, from_attempt, step_epoch, only_when_due) or not call and 'missing'
    if why then
        return why
    end
    local status, attempt_count, error, result, due_in, ran_ms, failed = unpack(change, 9, 15)
    local was_filed = lane and step.due_ms
    put_failed_behind(step, failed)
    stand(step, status, attempt_count, due_in, ran_ms)
    if is_final(status) then
        redis.call('HSET', steps_key(run_id), key, finished_record(step, error, call, result))
        redis.call('HDEL', open_key(run_id), key)
    else
        redis.call('HSET', steps_key(run_id), key, record_of(step) .. ']')
    end
    if lane and step.due_ms then
        file_due_step(lane, step)
    elseif was_filed then
        redis.call('ZREM', due_steps_key(lane), place_of(run_id, key))
    end
    touch(run, touched_ms(step))
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
write_touched(now)
if #told > 0 then
    -- Who may not publish has written nevertheless: a hint may be lost, an answer must not.
    redis.pcall('PUBLISH', ARGV[3], table.concat(told, ','))
end
return answer
