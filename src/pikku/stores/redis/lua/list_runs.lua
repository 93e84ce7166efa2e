-- Lists runs, newest first. ARGV: the time to go by or nothing, the query (MessagePack): `run_ids`, or else `statuses`, one or
-- more, and `workflow`, which name the sets to go through; `tags`, `created_from`, `created_until`, `ended_for`, `before` (a
-- run), `after` (where the call before this one stopped: run and time), `skip`, `limit`, `bare`; `most`, how many are looked at
-- before the server does something else.
-- Returns where it stopped, or nothing at the end, how many are still to be passed over, and the runs.
local query = cmsgpack.unpack(ARGV[2])
local ended_by = query.ended_for and time_of(ARGV[1]) - query.ended_for

local function has_tags(run_id)
    if #query.tags == 0 then
        return true
    end
    local has = {}
    for _, tag in ipairs(cjson.decode(redis.call('HGET', run_key(run_id), 'tags') or '[]')) do
        has[tag] = true
    end
    for _, tag in ipairs(query.tags) do
        if not has[tag] then
            return false
        end
    end
    return true
end

local function has_ended(run_id)
    if not ended_by then
        return true
    end
    local completed_ms = tonumber(redis.call('HGET', run_key(run_id), 'completed_ms') or nil)
    return completed_ms and completed_ms <= ended_by
end

-- Goes through a sorted set from the newest that may be wanted.
local function walk(key, newest_ms)
    local CHUNK = 100
    local rank = newest_ms and redis.call('ZCOUNT', key, string.format('(%.0f', newest_ms), '+inf') or 0
    local chunk, at = {}, 1
    return function()
        if at > #chunk then
            chunk, at = redis.call('ZREVRANGE', key, rank, rank + CHUNK - 1, 'WITHSCORES'), 1
            rank = rank + CHUNK
        end
        if not chunk[at] then
            return nil
        end
        at = at + 2
        return {chunk[at - 2], tonumber(chunk[at - 1])}
    end
end

-- Goes through several at once.
local function merge(walks)
    local heads = {}
    for number, next_of in ipairs(walks) do
        heads[number] = next_of() or false
    end
    return function()
        local first
        for number, head in ipairs(heads) do
            if head and (not first or is_before(heads[first], head)) then
                first = number
            end
        end
        if not first then
            return nil
        end
        local found = heads[first]
        heads[first] = walks[first]() or false
        return found
    end
end

local function those_named()
    local named, statuses = {}, {}
    for _, status in ipairs(query.statuses) do
        statuses[status] = true
    end
    for _, run_id in ipairs(query.run_ids) do
        local created_ms, status, workflow =
            unpack(redis.call('HMGET', run_key(run_id), 'created_ms', 'status', 'workflow'))
        local fits = created_ms and statuses[status]
        if fits and (not query.workflow or query.workflow == workflow) then
            named[#named + 1] = {run_id, tonumber(created_ms)}
        end
    end
    table.sort(named, function(one, other) return is_before(other, one) end)
    local at = 0
    return function()
        at = at + 1
        return named[at]
    end
end

local function those_of_sets(newest_ms)
    local walks = {}
    for _, status in ipairs(query.statuses) do
        walks[#walks + 1] = walk(list_key(status, query.workflow), newest_ms)
    end
    return merge(walks)
end

-- Nothing when the hash of the run has vanished.
local function as_wanted(run_id)
    if not query.bare then
        return run_as_read(run_id)
    end
    local run = read_run(run_id, BARE_FIELDS)
    return run[1] and run or nil
end

local last = query.after
if query.before then
    local created_ms = redis.call('HGET', run_key(query.before), 'created_ms')
    if not created_ms then
        return {false, 0}
    end
    local before = {query.before, tonumber(created_ms)}
    if not last or is_before(before, last) then
        last = before
    end
end
local newest_ms = last and last[2]
if query.created_until and (not newest_ms or query.created_until - 1 < newest_ms) then
    newest_ms = query.created_until - 1
end
if ended_by and (not newest_ms or ended_by < newest_ms) then
    newest_ms = ended_by
end

local listed, skip, looked_at = {false, query.skip}, query.skip, 0
for run in #query.run_ids > 0 and those_named() or those_of_sets(newest_ms) do
    if query.created_from and run[2] < query.created_from or #listed > query.limit + 1 then
        break
    end
    -- What is before the place to begin is not counted: it is gone past anew at every call.
    if (not last or is_before(run, last)) and (not newest_ms or run[2] <= newest_ms) then
        if has_ended(run[1]) and has_tags(run[1]) then
            if skip > 0 then
                skip = skip - 1
            else
                listed[#listed + 1] = as_wanted(run[1])
            end
        end
        looked_at = looked_at + 1
    end
    if looked_at == query.most then
        listed[1] = run
        break
    end
end
listed[2] = skip
return listed
