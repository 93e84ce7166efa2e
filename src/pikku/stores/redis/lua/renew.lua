-- Holds what is still held for longer. ARGV: the time to go by or nothing, the lease in ms, what is held (MessagePack): each an
-- array of run, epoch and key, or nothing. Returns the numbers of those that are not held any more.
local lease_end = time_of(ARGV[1]) + tonumber(ARGV[2])

local function renew_run(run, epoch)
    if not run.owner or run.epoch ~= epoch then
        return false
    end
    run.due_ms = lease_end
    redis.call('HSET', run_key(run.run_id), 'due_ms', lease_end)
    file_due_run(run)
    return true
end

local function renew_step(run_id, key, epoch)
    local step = step_state(run_id, key)
    if not step or step.owner == 'null' or step.epoch ~= epoch then
        return false
    end
    local _, lane = call_of(run_id, key)
    if not lane then
        return false
    end
    step.due_ms = lease_end
    redis.call('HSET', steps_key(run_id), key, record_of(step) .. ']')
    redis.call('ZADD', due_steps_key(lane), lease_end, place_of(run_id, key))
    return true
end

local lost = {}
for number, held in ipairs(cmsgpack.unpack(ARGV[3])) do
    local run_id, epoch, key = unpack(held, 1, 3)
    local run = running(run_id)
    if not run or not (key and renew_step(run_id, key, epoch) or not key and renew_run(run, epoch)) then
        lost[#lost + 1] = number - 1
    end
end
return lost
