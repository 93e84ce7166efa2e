"""The demo does what it says, and would notice if it did not."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from io import StringIO
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from pikku import WorkflowService
from pikku.cli.demo_chronicle import Chronicle, read_chronicle
from pikku.cli.demo_screen import Screen
from pikku.cli.demo_stage import Person, Stage, example_folder, read_people
from pikku.cli.demo_story import Story
from pikku.cli.demo_verdict import Evidence, problems
from pikku.model.failure import Failure
from pikku.model.ids import RunId
from pikku.model.payload import Json
from pikku.model.run import Run, RunStatus
from pikku.model.step import Attempt, StepKind, StepStatus
from pikku.stores.sqlite import SqliteStore

PEOPLE = read_people(example_folder() / "people.json")
ADA = Person(user_id="ada", email="ada@lovelace.example")
ALAN = Person(user_id="alan", email="alan@turing.example")
BOTH = [ADA, ALAN]


def demo(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "import sys; from pikku.cli.main import main; sys.exit(main())",
        "demo",
        *arguments,
    ]
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False
    )


async def test_the_demo_shows_what_it_claims(tmp_path: Path) -> None:
    done = demo("--folder", tmp_path / "work", PIKKU_STORE="memory://", PIKKU_LEASE="nonsense")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout

    summary = done.stdout.splitlines()[-1]
    pattern = r"killed process (\d+) after (\d+) finished steps; (\d+) runs completed; no finished step ran twice"
    claimed = re.fullmatch(pattern, summary)
    assert claimed
    killed, finished, completed = map(int, claimed.groups())
    assert completed == len(PEOPLE)
    assert done.stdout.count("before the kill") == finished

    stage = Stage(tmp_path / "work")
    async with WorkflowService(SqliteStore(stage.folder / "pikku.db")) as service:
        chronicle = await read_chronicle(service, 100)
    assert chronicle.completed == len(PEOPLE)
    assert [each.attempt_count for each in chronicle.attempts] == [1] * len(PEOPLE) * 4

    executions = [json.loads(line) for line in stage.executions.read_text().splitlines()]
    letters_before = [each for each in executions if each["process"] == killed and "email" in each["step_name"]]
    assert 1 <= len(letters_before) < len(PEOPLE)
    assert len({each["process"] for each in executions}) == 2
    assert len(list(stage.outbox.glob("*.eml"))) == len(PEOPLE)
    with closing(sqlite3.connect(stage.users)) as db:
        assert sorted(db.execute("SELECT id, email FROM users")) == sorted((p.user_id, p.email) for p in PEOPLE)


async def test_on_postgres_two_workers_share_the_runs_and_one_is_killed(tmp_path: Path) -> None:
    done = demo("--postgres", "--folder", tmp_path / "work", PIKKU_STORE="memory://", PIKKU_QUEUE="nonsense")
    assert (done.returncode, done.stderr) == (0, "")
    summary = done.stdout.splitlines()[-1]
    pattern = r"killed process (\d+) after (\d+) finished steps; (\d+) runs completed; no finished step ran twice"
    claimed = re.fullmatch(pattern, summary)
    assert claimed
    killed, finished, completed = map(int, claimed.groups())
    assert completed == len(PEOPLE)
    assert done.stdout.count("before the kill") == finished

    stage = Stage(tmp_path / "work")
    executions = [json.loads(line) for line in stage.executions.read_text().splitlines()]
    assert {each["process"] for each in executions} - {killed}, "the other worker has finished the rest"
    assert len(list(stage.outbox.glob("*.eml"))) == len(PEOPLE)
    for worker in ("worker-1", "worker-2"):
        assert "with StoreQueue(): runs of 2 workflows, steps of 4 functions" in stage.log(worker).read_text()


@pytest.mark.parametrize("people", [[ADA], BOTH])
def test_the_demo_on_postgres_takes_other_people(tmp_path: Path, people: list[Person]) -> None:
    (tmp_path / "people.json").write_bytes(msgspec.json.encode(people))
    done = demo("--postgres", "--people", tmp_path / "people.json", "--folder", tmp_path / "work")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"; {len(people)} runs completed; no finished step ran twice" in done.stdout


def test_without_a_postgres_the_demo_says_what_to_install(tmp_path: Path) -> None:
    hide = "import sys; sys.modules['asyncpg'] = None; from pikku.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", hide, "demo", "--postgres", "--folder", str(tmp_path / "work")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr == "pikku: PostgresStore needs asyncpg; run `pip install 'pikku[postgres]'`\n"
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize("people", [[ADA], [Person(user_id="zoë ✉ ½", email="zoë@café.example"), ALAN]])
def test_the_demo_takes_other_people(tmp_path: Path, people: list[Person]) -> None:
    (tmp_path / "people.json").write_bytes(msgspec.json.encode(people))
    done = demo("--people", tmp_path / "people.json", "--folder", tmp_path / "work")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"; {len(people)} runs completed; no finished step ran twice" in done.stdout


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "truncated"),
        ("{}", "Expected `array`"),
        ("[]", "there is nobody in it"),
        ('[{"user_id": "ada"}]', "missing required field `email` - at `$[0]`"),
        ('[{"user_id": "ada", "email": "a b"}]', "at `$[0].email`"),
        (
            '[{"user_id": "ada", "email": "a@b"}, {"user_id": "ada", "email": "c@d"}]',
            "two people have the user_id 'ada'",
        ),
    ],
)
def test_people_that_cannot_be_read(tmp_path: Path, content: str, complaint: str) -> None:
    file = tmp_path / "people.json"
    file.write_text(content)
    with pytest.raises(ValueError, match=re.escape(complaint)):
        read_people(file)


def test_wrong_use_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    file.write_text("[]")
    done = demo("--people", file)
    assert done.returncode == 2
    assert "there is nobody in it" in done.stderr
    done = demo("--folder", tmp_path)
    assert done.returncode == 2
    assert "is not empty" in done.stderr
    done = demo("--folder", file / "below")
    assert done.returncode == 2
    assert f"{file}/below: Not a directory" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["people.json"]


BROKEN = {
    "ZeroDivisionError: division by zero": ("app.py", "app = Pikku(", "1 / 0\napp = Pikku("),
    "has got 2 letters, not 1": (
        "services.py",
        "        Path(part.name).replace(file)",
        "        Path(part.name).replace(file)\n        file.with_stem('copy-of-' + file.stem).write_bytes(bytes(letter))",
    ),
    "the run of ada is failed: StepFailedError": ("functions.py", "send(data.to,", "send(data.nobody,"),
}


@pytest.mark.parametrize("complaint", BROKEN)
async def test_a_demo_that_goes_wrong_says_so(tmp_path: Path, complaint: str) -> None:
    file, old, new = BROKEN[complaint]
    example = shutil.copytree(example_folder(), tmp_path / "example", ignore=shutil.ignore_patterns("__pycache__"))
    source = example / "onboarding" / file
    assert old in source.read_text()
    source.write_text(source.read_text().replace(old, new))
    screen = Screen(Console(file=StringIO()))
    outcome = await Story(example, BOTH, Stage(tmp_path / "work"), screen).tell()
    assert any(complaint in each for each in outcome.problems), outcome
    assert "no finished step ran twice" not in outcome.summary


def story(people: list[Person], *, finished: int = 4, **changes: object) -> Chronicle:
    """Everybody's run: four steps, of which so many have finished. Changes are made to the first step of the first run."""
    runs, histories = [], {}
    for number, person in enumerate(people):
        run_id = RunId(f"run-{number}")
        status = RunStatus.COMPLETED if finished == 4 else RunStatus.RUNNING
        data = Json(msgspec.json.encode(person).decode())
        runs.append(
            Run(run_id=run_id, workflow="onboarding", status=status, input_json=data, created_ms=1, updated_ms=1)
        )
        histories[run_id] = [attempt(run_id, each, each < finished) for each in range(min(4, finished + 1))]
    first = histories[runs[0].run_id]
    first[0] = msgspec.structs.replace(first[0], **changes)
    return Chronicle(runs, histories)


def attempt(run_id: RunId, number: int, has_finished: bool) -> Attempt:
    return Attempt(
        run_id=run_id,
        key=f"step {number}",
        step_name=f"step {number}",
        kind=StepKind.RPC,
        status=StepStatus.SUCCEEDED if has_finished else StepStatus.SCHEDULED,
        attempt_count=1,
        result_json=Json("1") if has_finished else None,
        created_ms=number,
        completed_ms=number + 1 if has_finished else None,
    )


def evidence(people: list[Person]) -> Evidence:
    return Evidence(
        users=[{"user_id": each.user_id, "email": each.email} for each in people],
        letters=[each.email for each in people],
        executions={(f"run-{run}", f"step {step}"): 1 for run in range(len(people)) for step in range(4)},
    )


def test_the_verdict_on_what_is_right() -> None:
    assert problems(BOTH, story(BOTH, finished=2), story(BOTH), evidence(BOTH)) == []


@pytest.mark.parametrize(
    ("before", "after", "found", "complaint"),
    [
        (story(BOTH, finished=0), story(BOTH), evidence(BOTH), "before any step had finished"),
        (story(BOTH), story(BOTH), evidence(BOTH), "after all runs had been completed"),
        (story(BOTH, finished=2), story(BOTH, finished=3), evidence(BOTH), "the run of ada is running"),
        (story(BOTH, finished=2), story([ADA]), evidence(BOTH), "alan has 0 runs, not 1"),
        (story(BOTH, finished=2), story(BOTH, attempt_count=2), evidence(BOTH), "but shows 1 attempts: [2]"),
        (story(BOTH, finished=2), story(BOTH, completed_ms=9), evidence(BOTH), "its time of completion moved"),
        (story(BOTH, finished=2), story(BOTH, result_json="2"), evidence(BOTH), "its result has changed"),
        (story(BOTH, finished=2), story(BOTH), evidence([ADA]), "alan has 0 rows in the table of users"),
        (story(BOTH, finished=2), story(BOTH), evidence([ADA, ALAN, ALAN]), "alan has got 2 letters"),
        (story([ADA], finished=2), story([ADA]), evidence(BOTH), "there is a user alan whom nobody asked for"),
    ],
)
def test_the_verdict_on_what_is_wrong(before: Chronicle, after: Chronicle, found: Evidence, complaint: str) -> None:
    people = [Person(**run.input) for run in before.runs]
    assert any(complaint in each for each in problems(people, before, after, found))


def test_the_verdict_on_a_function_that_was_executed_again() -> None:
    again = msgspec.structs.replace(evidence(BOTH), executions={**evidence(BOTH).executions, ("run-1", "step 0"): 2})
    [problem] = problems(BOTH, story(BOTH, finished=2), story(BOTH), again)
    assert problem.endswith("'step 0' of alan had finished before the kill, but its function was executed 2 times")


def test_the_verdict_tells_why_a_run_failed() -> None:
    after = story(BOTH)
    failed = msgspec.structs.replace(after.runs[0], status=RunStatus.FAILED, error=Failure("ValueError", "no ink"))
    after = msgspec.structs.replace(after, runs=[failed, after.runs[1]])
    [problem] = problems(BOTH, story(BOTH, finished=2), after, evidence(BOTH))
    assert "the run of ada is failed" in problem
    assert "no ink" in problem


def test_on_a_terminal_progress_is_drawn() -> None:
    terminal = StringIO()
    screen = Screen(Console(file=terminal, force_terminal=True, width=100, height=12))
    with screen.following() as show:
        show(story([Person(user_id=f"u{n}", email="a@b") for n in range(20)], finished=2))
    screen.histories(story(BOTH, finished=2), story(BOTH))
    drawn = terminal.getvalue()
    assert "\x1b[" in drawn
    assert "and 14 more" in drawn
    assert "before the kill" in drawn
