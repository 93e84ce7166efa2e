-- Runs: a hash for each; sorted sets of those that are due, by workflow; sorted sets by time of creation, to list them. In the
-- hashes, a field that is not there has no value; nor has one that lost it, and is empty (see record.py).

local function run_key(run_id)
    return PREFIX .. ':run:' .. run_id
end

local function due_runs_key(workflow)
    return PREFIX .. ':due:runs:' .. workflow
end

-- The runs of one status, of any workflow or of one.
local function list_key(status, workflow)
    return PREFIX .. ':list:' .. status .. (workflow and ':' .. workflow or '')
end

-- What the guards have looked at, as it is after the changes made so far.
local known_runs = {}

-- What guards look at, or nothing when there is no such run.
local function known_run(run_id)
    local run = known_runs[run_id]
    if run == nil then
        local found = redis.call(
            'HMGET', run_key(run_id), 'status', 'epoch', 'workflow', 'owner', 'due_ms', 'wakes', 'touched_ms'
        )
        run = found[1] and {
            run_id = run_id,
            status = found[1],
            epoch = tonumber(found[2]),
            workflow = found[3],
            owner = found[4] ~= '' and found[4],
            due_ms = tonumber(found[5] or nil),
            wakes = tonumber(found[6] or 0),
            touched_ms = tonumber(found[7] or 0),
            is_touched = false,
            is_woken = false,
        }
        known_runs[run_id] = run
    end
    return run
end

-- The run, or nothing and why a change of it is refused. A late owner gets both.
local function running(run_id, epoch)
    local run = known_run(run_id)
    if not run then
        return nil, 'missing'
    end
    if run.status ~= 'running' then
        return nil, 'ended'
    end
    if epoch and epoch ~= run.epoch then
        return run, 'stale'
    end
    return run
end

local function file_due_run(run)
    if run.due_ms then
        redis.call('ZADD', due_runs_key(run.workflow), run.due_ms, run.run_id)
    else
        redis.call('ZREM', due_runs_key(run.workflow), run.run_id)
    end
end
