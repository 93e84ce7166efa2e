"""How long it takes to inspect 2,000 files of 200 lines: for the first time, unchanged, and with one file changed.

Usage: python -m benchmarks.inspection [--files 2000]
"""

import argparse
import multiprocessing
import os
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pikku.inspector.inspection import inspect
from pikku.inspector.project import Project

LINES = 200
FILES_IN_PACKAGE = 20

_HEAD = '''"""Part {number} of a shop."""

import dataclasses
from dataclasses import dataclass

from pikku import Context, WorkflowContext, func, workflow

from shop{neighbour}.part{neighbour_part} import Order{before}


@dataclass(frozen=True)
class Order{number}:
    id: str
    total: int
    lines: list[str]
    note: str | None = None


@dataclass(frozen=True)
class Receipt{number}:
    order: Order{number}
    paid: bool


@func(name="pay.{number}")
async def pay{number}(ctx: Context, data: Order{number}) -> Receipt{number}:
    """Take the money."""
    ctx.logger.info("paying %s", data.id)
    return Receipt{number}(order=data, paid=True)


@func
def pack{number}(ctx: Context, data: Order{before}) -> list[str]:
    return [line.upper() for line in [data.id]]


@workflow(name="order.{number}", tags=["orders"])
async def order{number}(ctx: WorkflowContext, data: Order{number}) -> Receipt{number}:
    receipt = await ctx.workflow.do("Pay", pay{number}, data, retries=3, retry_delay="5s")
    if data.total > 100:
        await ctx.workflow.do(f"Check {{data.id}}", "pay.{before}", {{"id": data.id, "total": 1, "lines": []}})
    for line in data.lines:
        await ctx.workflow.do(f"Pack {{line}}", lambda line=line: line.strip())
    try:
        await ctx.workflow.sleep("Wait for the carrier", "5min")
    finally:
        await ctx.workflow.do("Tell", lambda: dataclasses.asdict(receipt))
    return receipt

'''
_MORE = '''
def plain_{index}(values: list[int], factor: int = {index}) -> dict[str, int]:
    """What any module has besides."""
    found: dict[str, int] = {{}}
    for position, value in enumerate(values):
        if value % 2 == 0 and position > factor:
            found[str(value)] = value * factor + position
        else:
            found.setdefault("odd", 0)
            found["odd"] += value - len(found)
    return {{key: each for key, each in sorted(found.items()) if each > 0}}

'''


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.inspection", description="How fast the inspector is.")
    options.add_argument("--files", type=int, default=2_000)
    files = options.parse_args().files
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_project(root, files)
        project = Project(root, cache=root / ".pikku" / "inspection.msgpack")
        table = Table(
            "what", "seconds", "of the processor", "workflows", "findings", title=f"{files:,} files of {LINES} lines"
        )
        _measure(table, "cold", project)
        _measure(table, "warm", project)
        changed = root / "shop0" / "part1.py"
        changed.write_text(changed.read_text().replace('"Pay"', '"Pay at once"'))
        _measure(table, "one file changed", project)
        console = Console()
        console.print(table)
        console.print(f"load over the last minute: {os.getloadavg()[0]:.2f}, on {os.cpu_count()} processors")


def write_project(root: Path, files: int) -> None:
    """An application of many files, each of which imports from the one before."""
    for number in range(files):
        package = root / f"shop{number // FILES_IN_PACKAGE}"
        package.mkdir(exist_ok=True)
        (package / "__init__.py").touch()
        (package / f"part{number}.py").write_text(_file(number, (number - 1) % files))
    include = [f"shop{number // FILES_IN_PACKAGE}.part{number}" for number in range(files)]
    (root / "app.py").write_text(f"from pikku import Pikku\n\napp = Pikku(include={include!r})\n")


def _file(number: int, before: int) -> str:
    text = _HEAD.format(number=number, before=before, neighbour=before // FILES_IN_PACKAGE, neighbour_part=before)
    index = 0
    while text.count("\n") < LINES:
        text += _MORE.format(index=index)
        index += 1
    return text


def _measure(table: Table, what: str, project: Project) -> None:
    with multiprocessing.get_context("spawn").Pool(
        1
    ) as process:  # as the command does it: nothing is left of the last one
        row = process.apply(_inspected, (project,))
    table.add_row(what, *row)


def _inspected(project: Project) -> tuple[str, ...]:
    began, began_computing = time.perf_counter(), time.process_time()
    found = inspect(project)
    took, computed = time.perf_counter() - began, time.process_time() - began_computing
    workflows, findings = len(found.manifest.workflows), len(found.diagnostics)
    return f"{took:.2f}", f"{computed:.2f}", f"{workflows:,}", f"{findings:,}"


if __name__ == "__main__":
    main()
