"""The plainest writes by the driver alone: what no system on the same server can pass one write at a time."""
