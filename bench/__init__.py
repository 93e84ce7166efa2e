"""How fast it is on this machine, beside the rate of the plainest writes by the same driver. Run it with `make bench`."""
