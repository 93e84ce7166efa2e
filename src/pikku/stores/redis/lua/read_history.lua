-- Reads the steps of a run as records and open calls, each by their keys, and its attempts that are behind. ARGV: the run.
return {
    redis.call('HGETALL', steps_key(ARGV[1])),
    redis.call('HGETALL', open_key(ARGV[1])),
    redis.call('LRANGE', attempts_key(ARGV[1]), 0, -1),
}
