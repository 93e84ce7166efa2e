"""Floor 2: what does. It asks the engine what to do, and does it through the ports."""
