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
