"""Floor 2: a manifest becomes the text of files and diagrams."""
