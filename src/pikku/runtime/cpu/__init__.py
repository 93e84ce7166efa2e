"""Functions with `cpu=True`: executed by child processes that can be killed, one call at a time in each."""
