"""Writes the generated files of the project in the current folder, or tells which are stale."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pikku.app.configuration import read_configuration
from pikku.cli.formats.as_text import write as print_diagnostics
from pikku.cli.inspecting import errors_in, extent, inspected
from pikku.cli.printable import printable
from pikku.cli.terminal import tell
from pikku.codegen import folder_of, render, stale, write
from pikku.model.errors import ConfigurationError
from pikku.model.manifest import Manifest


class Generated(NamedTuple):
    """What has come of it: `is_clean` without errors; `files` are those that were written, or removed, or are stale."""

    manifest: Manifest
    is_clean: bool
    files: Sequence[Path] = ()


def generate(*, check: bool = False) -> Generated:
    """Inspect, print the findings, and bring the files up to date, unless there are errors or it is only a check."""
    configuration = read_configuration()
    found = inspected()
    print_diagnostics(found.diagnostics, Path.cwd())
    if errors_in(found.diagnostics):
        return Generated(found.manifest, is_clean=False)
    folder = folder_of(configuration.workflows.path, Path.cwd())
    texts = render(found.manifest, single_queue=configuration.workflows.single_queue)
    try:
        names = stale(folder, texts) if check else write(folder, texts)
    except OSError as error:
        raise ConfigurationError(f"{folder}: {error.strerror}; workflows.path chooses another folder") from None
    return Generated(found.manifest, is_clean=True, files=[folder / name for name in names])


def tell_of(generated: Generated, *, check: bool = False) -> None:
    """Say in one line what has been done."""
    where = extent(generated.manifest)
    if not generated.is_clean:
        tell("pikku: nothing is written while there are errors")
    elif not generated.files:
        tell(f"pikku: the generated files are up to date: {where}")
    elif check:
        tell(f"pikku: stale: {_listed(generated.files)}; run `pikku prebuild`")
    else:
        written = [file for file in generated.files if file.exists()]
        removed = [file for file in generated.files if not file.exists()]
        done = [f"{verb} {_listed(files)}" for verb, files in (("wrote", written), ("removed", removed)) if files]
        tell(f"pikku: {'; '.join(done)}: {where}")


def _listed(files: Sequence[Path]) -> str:
    """Their names, and the folder that all of them are in."""
    return printable(f"{', '.join(file.name for file in files)} in {os.path.relpath(files[0].parent)}")
