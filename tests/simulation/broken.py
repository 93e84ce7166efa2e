"""Breaks a copy of the code in one place at a time, and tells how many seeds it takes to notice: the check on the simulator.

`python -m tests.simulation.broken [name …]`
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).parents[2]
FAILED = re.compile(r"seed (\d+) failed: (.*)")


class Fault(Struct, frozen=True):
    """A piece of code, and what is there instead."""

    file: str
    code: str
    instead: str


FAULTS = {
    "no epoch guard on a step's first record": Fault(
        "model/enact.py",
        "    if change.epoch != run.epoch:\n        return Refusal.STALE\n    if change.call.key in steps:",
        "    if change.call.key in steps:",
    ),
    "no epoch guard on the moves of a step": Fault(
        "model/enact.py", "change.run_epoch is not None and change.run_epoch != run.epoch", "False"
    ),
    "no epoch guard on the end of a run": Fault(
        "model/enact.py", "change.epoch is not None and change.epoch != run.epoch", "False"
    ),
    "a claim is no new epoch": Fault("model/enact.py", "epoch=run.epoch + 1, due_ms", "epoch=run.epoch, due_ms"),
    "a release forgets wake-ups": Fault(
        "model/enact.py", "    due = now if run.wakes != change.seen_wakes else due\n", ""
    ),
    "acknowledged before it is committed": Fault(
        "runtime/committer.py",
        "        try:\n            outcomes = await self._queue.apply(",
        "        self._tell(batch, [Applied(self._store_time.now()) for _ in batch.changes])\n"
        "        try:\n            outcomes = await self._queue.apply(",
    ),
    "the outcome of another change of the batch": Fault(
        "runtime/committer.py",
        "zip(batch.told, outcomes, strict=True)",
        "zip(batch.told, outcomes[:1] * len(outcomes))",
    ),
    "leases are not renewed": Fault(
        "runtime/leases.py", "if held and self._loop is not None else ()", "if False else ()"
    ),
    "a lost lease is not heard of": Fault(
        "runtime/leases.py", "self._loop.call_soon_threadsafe(self._on_lost, each)", "pass"
    ),
    "a late process does not ask first": Fault(
        "runtime/leases.py",
        "if self._clock.now() - (self._sure_at if since is None else since) < self.lease.ttl_ms:",
        "if True:",
    ),
    "a lease is as old as the answer": Fault(
        "runtime/leases.py", "self._sure_at = min(self._sure_at, asked_at)", "pass"
    ),
    "a refused record is taken for made": Fault(
        "runtime/body.py",
        "if not isinstance(outcome, Refused):",
        "if isinstance(outcome, Refused):\n            return\n        elif True:",
    ),
    "what may still arrive is forgotten": Fault(
        "runtime/body.py", "self._in_doubt.update(self._open.keys() - self._waits.keys())", "pass"
    ),
    "a finished step does not wake its run": Fault("runtime/step_worker.py", "along=[woken]", "along=[]"),
    "a look counts for steps that it did not ask for": Fault(
        "runtime/body.py", "if self._unfinished.issubset(asked):", "if True:"
    ),
    "claimers only look when they are told": Fault(
        "runtime/claimer.py", "is_set_within(self._look_now, self._poll_ms / 1_000)", "self._look_now.wait()"
    ),
    "owners and customers only look when they are told": Fault(
        "runtime/watch.py", "self._poll = poll_ms / 1_000", "self._poll = 1e9"
    ),
    "sleeps end by the clock of the process": Fault(
        "runtime/store_time.py", "self._ahead = at - self._clock.now()", "self._ahead = 0"
    ),
    "results enter a body in any order": Fault(
        "runtime/turnstile.py",
        "if (self._turning is not None or not alone) and not self._deliveries.is_sequential(call):",
        "if False:",
    ),
    "a replay forgets what was recorded": Fault(
        "runtime/body.py",
        "self._steps: dict[str, Step] = dict(snapshot.steps)",
        "self._steps: dict[str, Step] = {k: s for k, s in snapshot.steps.items() if s.call.remote}",
    ),
    "every attempt starts another child": Fault(
        "runtime/rpc.py", "return child_run_id(step.invocation_id, ordinal)", "return None"
    ),
    "a failed attempt is not tried again": Fault(
        "engine/settle.py", "not has_retries_left(call.policy, attempt_count)", "True"
    ),
    "a claimed run is adopted under any epoch": Fault(
        "runtime/due.py", "snapshot.run.epoch == epochs[snapshot.run.run_id] and", ""
    ),
    "a dropped body is not due when its wait is over": Fault(
        "runtime/tenure.py", "due_in, wakes = body.resumes_in, body.wakes", "due_in, wakes = None, body.wakes"
    ),
}


def main() -> int:
    missed = 0
    for name in sys.argv[1:] or FAULTS:
        seeds, what = first_failure(FAULTS[name])
        missed += seeds is None
        sys.stdout.write(f"{'missed' if seeds is None else f'{seeds:>6}'}  {name}: {what}\n")
        sys.stdout.flush()
    return 1 if missed else 0


def first_failure(fault: Fault, seeds: int = 1_000) -> tuple[int | None, str]:
    """After how many seeds the fault is noticed, and how."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "pikku"
        shutil.copytree(ROOT / "src" / "pikku", copy)
        _break(copy, fault)
        command = [
            sys.executable,
            "-m",
            "tests.simulation",
            "--seeds",
            str(seeds),
            "--jobs",
            "1",
            "--most-failures",
            "1",
        ]
        environment = os.environ | {"PYTHONPATH": f"{folder}:{ROOT}"}
        said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    found = FAILED.search(said.stdout)
    if found is None:
        return None, said.stderr[-300:] or "not noticed"
    return int(found[1]) + 1, found[2]


def _break(copy: Path, fault: Fault) -> None:
    file = copy / fault.file
    text = file.read_text("utf-8")
    if text.count(fault.code) != 1:
        raise SystemExit(f"{fault.file} has {fault.code!r} {text.count(fault.code)} times, not once: mend FAULTS")
    file.write_text(text.replace(fault.code, fault.instead), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
