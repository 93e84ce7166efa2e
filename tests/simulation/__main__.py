"""`python -m tests.simulation --seeds 2000`, or `--seed 69` for one with its story: see docs/simulation.md."""

import argparse
import logging
import math
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.scenario import Report, simulate
from tests.simulation.story import excerpt, told
from tests.simulation.tally import Tally

CHUNK = 25
SHOWN = 10
"""So many failures are shown with their stories."""


def main() -> int:
    _with_fixed_hashes()
    options = _options()
    logging.disable()
    # What is configured where somebody stands must not matter, and takes its time to be read.
    os.chdir(tempfile.mkdtemp())
    if options.seed is not None:
        return _one(options.seed)
    tally = Tally()
    began = time.monotonic()
    for reports in _reports(range(options.first, options.first + options.seeds), options.jobs):
        tally.add(reports)
        for report in reports:
            if report.problem is not None:
                _say(_failure(report, with_story=len(tally.failed) <= SHOWN))
        if sum(tally.seeds % share == 0 for share in (100, options.seeds)):
            _say(f"{tally.seeds} of {options.seeds} seeds, {len(tally.failed)} of them failed")
        if len(tally.failed) >= options.most_failures or time.monotonic() - began >= options.seconds:
            break
    _say(tally.table(time.monotonic() - began))
    return 1 if tally.failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2_000, help="how many")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first one")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once")
    parser.add_argument("--most-failures", type=int, default=20, help="stop after so many")
    parser.add_argument("--seconds", type=float, default=math.inf, help="stop after so many")
    parser.add_argument("--seed", type=int, help="this one alone, with all that happens in it")
    return parser.parse_args()


def _with_fixed_hashes() -> None:
    """The order of sets of texts is a matter of chance in Python, unless it is told otherwise before it begins."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        command = [sys.executable, "-m", "tests.simulation", *sys.argv[1:]]
        os.execve(sys.executable, command, os.environ | {"PYTHONHASHSEED": "0"})  # noqa: S606


def _reports(seeds: range, jobs: int) -> Iterator[Sequence[Report]]:
    chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
    if jobs == 1:
        yield from map(_chunk, chunks)
        return
    with ProcessPoolExecutor(jobs, initializer=logging.disable) as pool:
        try:
            yield from pool.map(_chunk, chunks)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _chunk(seeds: range) -> Sequence[Report]:
    return [simulate(seed) for seed in seeds]


def _one(seed: int) -> int:
    report = simulate(seed, traced=True)
    _say("\n".join(told(report.trace)))
    _say(f"\n{report.problem}" if report.problem else f"\nseed {seed}: nothing was wrong")
    return 1 if report.problem else 0


def _failure(report: Report, *, with_story: bool) -> str:
    lines = [f"\nseed {report.seed} failed: {report.problem}", f"  its whole story: make simulate SEED={report.seed}"]
    if with_story:
        lines += [f"  {line}" for line in excerpt(simulate(report.seed, traced=True))]
    return "\n".join(lines) + "\n"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
