-- Reads runs with their steps, all of one moment. ARGV: the time to go by or nothing, and what is wanted (MessagePack): each an
-- array of a run and the keys of its steps, or nothing for all. Returns the time, and of each run its fields, its records and
-- its open calls, each by their keys.
local found = {time_of(ARGV[1])}
for _, wanted in ipairs(cmsgpack.unpack(ARGV[2])) do
    local run_id, keys = wanted[1], wanted[2]
    local run = read_run(run_id)
    if run[1] then
        local records, open = steps_key(run_id), open_key(run_id)
        if keys then
            found[#found + 1] = {run, fields_of(records, keys), fields_of(open, keys)}
        else
            found[#found + 1] = {run, redis.call('HGETALL', records), redis.call('HGETALL', open)}
        end
    end
end
return found
