-- Reads the steps of a run, and its attempts that are behind. ARGV: the run.
local steps = {}
for _, key in ipairs(redis.call('ZRANGE', touched_key(ARGV[1]), 0, -1)) do
    steps[#steps + 1] = read_step(ARGV[1], key)
end
return {steps, redis.call('LRANGE', attempts_key(ARGV[1]), 0, -1)}
