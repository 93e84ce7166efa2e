"""Floor 2: what carries. Queues carry ids of runs and steps to look at, and plain jobs."""
