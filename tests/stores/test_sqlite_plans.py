"""What is particular to SQLite: single steps and due steps are found by an index, however many others there are."""

import sqlite3
from pathlib import Path

import pytest

from pikku.stores.sqlite.claiming import SELECT_DUE_STEPS
from pikku.stores.sqlite.reading import SELECT_STEPS
from pikku.stores.sqlite.schema import connect_writer


@pytest.mark.parametrize("workflows", [None, '["w"]'])
def test_a_claim_goes_through_the_due_steps_in_order_and_looks_up_the_run_of_each(
    tmp_path: Path, workflows: str | None
) -> None:
    wanted = {"now": 0, "functions": '["f"]', "workflows": workflows, "limit": 1}
    steps = _plan(tmp_path, SELECT_DUE_STEPS, wanted)
    assert any("step USING INDEX workflow_step_due (due_ms<?)" in each for each in steps), steps
    assert "SEARCH run USING PRIMARY KEY (run_id=?)" in steps
    assert not any("B-TREE FOR ORDER BY" in each for each in steps)


def test_single_steps_are_looked_up_by_run_and_key(tmp_path: Path) -> None:
    steps = _plan(tmp_path, SELECT_STEPS, {"whole": "[]", "single": '[["r", "k"]]'})
    assert any(each.startswith("SEARCH step USING INDEX") and "run_id=? AND key=?" in each for each in steps), steps


def _plan(folder: Path, sql: str, values: dict[str, object]) -> list[str]:
    connection = connect_writer(folder / "pikku.db", migrate=True)
    plan = [row["detail"] for row in _explained(connection, sql, values)]
    connection.close()
    return plan


def _explained(connection: sqlite3.Connection, sql: str, values: dict[str, object]) -> list[sqlite3.Row]:
    return connection.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
