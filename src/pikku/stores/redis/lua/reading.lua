-- What reading needs besides: the fields of a run, and the steps of it.

-- Nothing in the first place when there is no such run.
local function read_run(run_id, fields)
    local values = redis.call('HMGET', run_key(run_id), unpack(fields or RUN_FIELDS))
    values[1] = values[2] and run_id
    return values
end

-- Of these fields of a hash, each that is there and its value in turn.
local function fields_of(hash, fields)
    local MOST = 1000
    local found = {}
    for first = 1, #fields, MOST do
        local last = math.min(first + MOST - 1, #fields)
        for at, value in ipairs(redis.call('HMGET', hash, unpack(fields, first, last))) do
            if value then
                found[#found + 1] = fields[first + at - 1]
                found[#found + 1] = value
            end
        end
    end
    return found
end

-- The run, when a step of it was last changed, and the keys that it waits for; nothing when there is no such run.
local function run_as_read(run_id)
    local run = read_run(run_id)
    if run[1] then
        local touched_ms = redis.call('HGET', run_key(run_id), 'touched_ms')
        return {run, tonumber(touched_ms or 0), redis.call('HKEYS', PREFIX .. ':open:' .. run_id)}
    end
end
