"""Floor 2: reads source text, and never imports or executes it."""
