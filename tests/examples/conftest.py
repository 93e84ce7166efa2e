"""The examples are projects of their own: their folders are on the import path, as they are for their users."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "examples" / "onboarding"))
