-- When the next of these is due, as milliseconds from now; nothing when none waits for a time.
-- ARGV: the time to go by or nothing, the owner whose leases do not count or nothing, the same as JSON, how many workflows, the
-- workflows, and then the functions.
local now, workflows = time_of(ARGV[1]), tonumber(ARGV[4])
local CHUNK = 100

-- The first time of a set, of what is not held by somebody.
local function first_due(due_key, owner_of, besides)
    local first = 0
    while true do
        local found = redis.call('ZRANGE', due_key, first, first + CHUNK - 1, 'WITHSCORES')
        for at = 1, #found, 2 do
            if besides == '' or owner_of(found[at]) ~= besides then
                return tonumber(found[at + 1])
            end
        end
        if #found < 2 * CHUNK then
            return nil
        end
        first = first + CHUNK
    end
end

local function owner_of_run(run_id)
    return redis.call('HGET', run_key(run_id), 'owner')
end

local function owner_of_step(place)
    local step = step_state(place_parts(place))
    return step and step.owner
end

local due
for place = 5, #ARGV do
    local found
    if place < 5 + workflows then
        found = first_due(due_runs_key(ARGV[place]), owner_of_run, ARGV[2])
    else
        found = first_due(due_steps_key(ARGV[place]), owner_of_step, ARGV[3])
    end
    if found and (not due or found < due) then
        due = found
    end
end
return due and math.max(0, due - now)
