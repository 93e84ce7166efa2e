-- Reads one run as people see it; nothing when there is none. ARGV: the run.
return run_as_read(ARGV[1])
