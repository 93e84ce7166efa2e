"""The real runtime of several processes in one thread, in virtual time and bad weather: see docs/simulation.md."""
