-- Reads runs with their steps, all of one moment. ARGV: the time to go by or nothing, and what is wanted (MessagePack): each an
-- array of a run and the keys of its steps, or nothing for all. Returns the time, and of each run its fields and its steps.
local found = {time_of(ARGV[1])}
for _, wanted in ipairs(cmsgpack.unpack(ARGV[2])) do
    local run_id, keys = wanted[1], wanted[2]
    local run = read_run(run_id)
    if run[1] then
        local steps = {}
        for _, key in ipairs(keys or redis.call('ZRANGE', touched_key(run_id), 0, -1)) do
            local step = read_step(run_id, key)
            if step[1] then
                steps[#steps + 1] = step
            end
        end
        found[#found + 1] = {run, steps}
    end
end
return found
