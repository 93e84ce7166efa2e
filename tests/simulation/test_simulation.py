"""Some seeds at every change, the same ones in the same order: see docs/simulation.md for more of them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

FOUND = (165, 203, 245, 309)
"""Seeds that notice what the first ones do not, when the code is broken: see `broken.py`, which tells them anew."""


def simulation(*options: str) -> str:
    command = [sys.executable, "-m", "tests.simulation", *options]
    environment = os.environ | {"PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_nothing_is_lost_in_any_weather() -> None:
    said = simulation("--seeds", "150", "--jobs", "1")
    assert "nothing was wrong" in said, said


def test_a_seed_is_the_same_story_every_time() -> None:
    assert simulation("--seed", "18") == simulation("--seed", "18")


def test_what_has_been_found_is_not_lost_again() -> None:
    for seed in FOUND:
        assert "nothing was wrong" in simulation("--seed", str(seed))
