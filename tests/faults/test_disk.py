"""A disk that fails, below the stores that are files: every run ends right all the same.

It is made to fail below the process, by a few functions that are loaded before those of the C library, and is really full
where this user may mount a small one. Where there is neither a compiler nor that right, it is not tested, and pytest says so.
"""

import errno
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.small_disk import mounted, unmount

ROOT = Path(__file__).parents[2]
COMPILER = shutil.which("cc")
SECONDS = 90
DISK_MEGABYTES = 2


def _can_mount() -> bool:
    with tempfile.TemporaryDirectory() as disk:
        if can := mounted(Path(disk), DISK_MEGABYTES):
            unmount(Path(disk))
    return can


SHIMS = ["ENOSPC", "EIO"] if COMPILER and sys.platform == "linux" else []
LACKING = pytest.mark.skip(
    reason="a disk is made to fail by a C compiler, or by root where he may mount one: neither is here"
)
FAULTS: list[Any] = [*SHIMS, *(["full"] if _can_mount() else [])] or [pytest.param("none", marks=LACKING)]


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("shim") / "shim.so"
    source = Path(__file__).with_name("shim.c")
    subprocess.run([str(COMPILER), "-shared", "-fPIC", "-O", "-o", library, source, "-ldl"], check=True)
    return library


@pytest.fixture
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    is_small = request.getfixturevalue("fault") == "full" and mounted(disk, DISK_MEGABYTES)
    yield disk
    if is_small:
        unmount(disk)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("store", ["file", "sqlite"])
def test_a_disk_that_fails_changes_no_outcome_and_repeats_no_finished_step(
    store: str,
    fault: str,
    disk: Path,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, int], None],
) -> None:
    flag, shimmed = disk / "filler", {}
    if fault in SHIMS:
        flag, shim = disk.parent / "fails", request.getfixturevalue("shim")
        number = str(getattr(errno, fault))
        shimmed = {"PIKKU_SHIM_FLAG": str(flag), "PIKKU_SHIM_FOLDER": str(disk), "PIKKU_SHIM_ERRNO": number}
        shimmed["LD_PRELOAD"] = str(shim)
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.on_bad_disk", store, str(disk), str(flag)],
        cwd=ROOT,
        env={**os.environ, **shimmed},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    told = re.fullmatch(r"right, after (\d+) warnings\n", done.stdout)
    assert told is not None, done.stderr
    assert int(told[1]) > 0, "the disk has not failed"
    record_property(f"disk: {fault}", int(told[1]))
