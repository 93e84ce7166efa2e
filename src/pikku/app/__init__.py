"""Floor 3: what composes. Configuration and addresses become adapters here, and nowhere else."""
