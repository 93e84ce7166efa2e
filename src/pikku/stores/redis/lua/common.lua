-- What all scripts begin with. KEYS[1] is the prefix of all keys of a store; as it is a hash tag, they are all in one slot.
-- There is never a key of that very name: so, while a cluster moves the slot, a script is refused before it begins (ASK), and
-- does not find some of its keys gone in the middle.
--
-- A server executes this text anew at every call: a script is given the parts that it needs, and no others (see script.py).
-- Every script that writes begins with a write that needs memory: where the server refuses to write, it does so at the first
-- write of a script, and nothing is half done.
local PREFIX = KEYS[1]

-- The time to go by: the one that is given, else the server's.
local function time_of(given)
    if given ~= '' then
        return tonumber(given)
    end
    local seconds_and_micros = redis.call('TIME')
    return seconds_and_micros[1] * 1000 + math.floor(seconds_and_micros[2] / 1000)
end
