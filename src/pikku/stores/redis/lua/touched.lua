-- What a batch changes of a run again and again: how often it was woken, and when a step of it was last changed. It is written
-- once for each run, in the end; not if the run was deleted: nothing would be there, or another run.
local touched = {}

local function touch(run, at)
    if at > run.touched_ms then
        run.touched_ms = at
    end
    if not run.is_touched then
        run.is_touched = true
        touched[#touched + 1] = run
    end
end

local function write_touched(now)
    for _, run in ipairs(touched) do
        if run.is_woken and not run.is_deleted then
            redis.call('HSET', run_key(run.run_id), 'touched_ms', run.touched_ms, 'wakes', run.wakes, 'updated_ms', now)
        elseif not run.is_deleted then
            redis.call('HSET', run_key(run.run_id), 'touched_ms', run.touched_ms)
        end
    end
end
