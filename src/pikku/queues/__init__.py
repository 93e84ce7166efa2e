"""Queues carry ids of runs and steps between processes, and plain jobs. What is to be done is in the store alone."""
