"""Floor 1: what decides. Pure and synchronous: given values, it returns values."""
