"""How fast it is on this machine, beside its rivals and the plainest writes: `make bench`, told in docs/performance.md."""
