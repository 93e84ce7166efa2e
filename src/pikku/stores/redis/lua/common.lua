-- What all scripts begin with. KEYS[1] is the prefix of all keys of a store; as it is a hash tag, they are all in one slot.
-- There is never a key of that very name: so, while a cluster moves the slot, a script is refused before it begins (ASK), and
-- does not find some of its keys gone in the middle.
--
-- In the hashes, a field that is not there has no value; nor has one that lost it, and is empty (see record.py). Every script that writes begins with a write that
-- needs memory: where the server refuses to write, it does so at the first write of a script, and nothing is half done.
local PREFIX = KEYS[1]

local function key_of(...)
    return PREFIX .. ':' .. table.concat({...}, ':')
end

-- The time to go by: the one that is given, else the server's.
local function time_of(given)
    if given ~= '' then
        return tonumber(given)
    end
    local seconds_and_micros = redis.call('TIME')
    return seconds_and_micros[1] * 1000 + math.floor(seconds_and_micros[2] / 1000)
end

-- Whether one text comes before another, byte by byte: what `<` says depends on the server's locale.
local function precedes(one, other)
    local shorter = math.min(#one, #other)
    for place = 1, shorter do
        local left, right = string.byte(one, place), string.byte(other, place)
        if left ~= right then
            return left < right
        end
    end
    return #one < #other
end

-- The order of a sorted set, each of its members as the name and the time.
local function is_before(one, other)
    if one[2] ~= other[2] then
        return one[2] < other[2]
    end
    return precedes(one[1], other[1])
end
