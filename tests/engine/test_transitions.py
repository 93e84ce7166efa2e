"""The tables of legal moves, and the picture that is made from them."""

from pathlib import Path

from pikku.engine.transitions import RUN_MOVES, STEP_MOVES, may_move
from pikku.model.run import RunStatus
from pikku.model.step import StepStatus

PAGE = Path(__file__).parents[2] / "docs" / "states.md"


def test_every_status_is_in_its_table() -> None:
    assert set(RUN_MOVES) == {None, *RunStatus}
    assert set(STEP_MOVES) == {None, *StepStatus}


def test_what_has_ended_stays_ended() -> None:
    assert all(not RUN_MOVES[status] for status in RunStatus if status.ended)
    assert all(not STEP_MOVES[status] for status in StepStatus if status.final)


def test_every_unfinished_status_can_reach_an_end() -> None:
    for start in StepStatus:
        reached, frontier = {start}, {start}
        while frontier:
            frontier = {end for status in frontier for end in STEP_MOVES[status]} - reached
            reached |= frontier
        assert any(status.final for status in reached)


def test_a_finished_step_may_not_move() -> None:
    assert may_move(StepStatus.RUNNING, StepStatus.SUCCEEDED)
    assert not may_move(StepStatus.SUCCEEDED, StepStatus.RUNNING)


def test_the_picture_in_the_documentation_is_made_from_the_tables() -> None:
    assert picture(RUN_MOVES) in PAGE.read_text("utf-8")
    assert picture(STEP_MOVES) in PAGE.read_text("utf-8")


def picture(
    moves: dict[RunStatus | None, frozenset[RunStatus]] | dict[StepStatus | None, frozenset[StepStatus]],
) -> str:
    """The Mermaid diagram of a table."""
    lines = ["```mermaid", "stateDiagram-v2"]
    for start, ends in moves.items():
        lines += [f"    {start or '[*]'} --> {end}" for end in sorted(ends)]
        lines += [f"    {start} --> [*]"] if not ends else []
    return "\n".join([*lines, "```"])
