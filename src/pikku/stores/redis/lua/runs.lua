-- Runs: a hash for each; sorted sets of those that are due, by workflow; sorted sets by time of creation, to list them.
local function run_key(run_id)
    return key_of('run', run_id)
end

local function due_runs_key(workflow)
    return key_of('due', 'runs', workflow)
end

-- The runs of any status or of one, and of any workflow or of one.
local function list_key(status, workflow)
    return workflow and key_of('list', status, workflow) or key_of('list', status)
end

local function read_run(run_id)
    return redis.call('HMGET', run_key(run_id), unpack(RUN_FIELDS))
end

-- What guards look at: the run, or nothing and why a change of it is refused.
local function running(run_id, epoch)
    local found = redis.call('HMGET', run_key(run_id), 'status', 'epoch', 'owner', 'due_ms', 'wakes', 'workflow')
    if not found[1] then
        return nil, 'missing'
    end
    if found[1] ~= 'running' then
        return nil, 'ended'
    end
    local run = {
        run_id = run_id,
        epoch = tonumber(found[2]),
        owner = found[3],
        due_ms = tonumber(found[4] or nil),
        wakes = tonumber(found[5]),
        workflow = found[6],
    }
    if epoch and epoch ~= run.epoch then
        return run, 'stale'
    end
    return run
end

local function run_is_due(run, due_ms)
    if due_ms then
        redis.call('ZADD', due_runs_key(run.workflow), due_ms, run.run_id)
    else
        redis.call('ZREM', due_runs_key(run.workflow), run.run_id)
    end
end
