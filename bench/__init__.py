"""How fast it is on this machine, beside the rate of plain INSERTs by the same driver. Run it with `make bench`."""
