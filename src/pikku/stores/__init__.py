"""Floor 2: what remembers. Each store says in its own words what `pikku.model.enact` says in Python."""
