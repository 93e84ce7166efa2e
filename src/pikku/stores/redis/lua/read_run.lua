-- Reads one run as people see it; nothing when there is none. ARGV: the run.
return redis.call('EXISTS', run_key(ARGV[1])) == 1 and run_as_read(ARGV[1])
