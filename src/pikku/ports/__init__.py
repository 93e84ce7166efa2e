"""Floor 1: what the runtime asks of the world outside."""
