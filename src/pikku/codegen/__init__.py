"""Floor 2: writes files from what the inspector has found. `render` makes the texts, `write` and `stale` know the disk."""

from pikku.codegen.placing import DEFAULT_PATH, folder_of
from pikku.codegen.rendering import render
from pikku.codegen.writing import stale, write

__all__ = ["DEFAULT_PATH", "folder_of", "render", "stale", "write"]
