"""Floor 1: what has a name: marked functions and workflows, and the types of what they take and give."""
