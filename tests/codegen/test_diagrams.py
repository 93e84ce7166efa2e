"""Trees, Mermaid flowcharts and Graphviz graphs of steps. `PIKKU_RENEW_GOLDEN=1` writes the golden files anew."""

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tests.codegen.bodies import HERE, HOSTILE, ORDER, REST, branch, ending, inline, loop, rpc, sleep

from pikku.codegen.diagrams import dot, mermaid, tree
from pikku.codegen.diagrams.drawing import flow_of
from pikku.codegen.diagrams.flow import Flow
from pikku.model.graph import Break, Cancel, Fanout, Handler, Helper, Node, Parallel, RpcStep, Try

GOLDEN = Path(__file__).parent / "golden"
BODIES = {"order": ORDER, "rest": REST}


def tree_text(name: str, steps: Sequence[Node]) -> str:
    return "".join(f"{line}\n" for line in tree(steps))


FORMS: dict[str, Callable[[str, Sequence[Node]], str]] = {"txt": tree_text, "mmd": mermaid, "dot": dot}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", BODIES)
def test_a_diagram_is_as_it_was(name: str, form: str) -> None:
    golden = GOLDEN / f"{name}.{form}"
    text = FORMS[form](name, BODIES[name])
    if os.environ.get("PIKKU_RENEW_GOLDEN"):
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


def ways(flow: Flow) -> list[str]:
    """The arrows, with the first lines of boxes instead of ids: `a -yes-> b`."""
    names = {box.id: box.lines[0] for box in flow.boxes()}
    return [f"{names.get(way.start, way.start)} -{way.label}-> {names[way.end]}" for way in flow.arrows]


def test_steps_follow_each_other_from_the_name_to_the_end() -> None:
    assert ways(flow_of("nap", (inline("a"), sleep("b")))) == ["nap --> a", "a --> b", "b --> end"]


def test_a_workflow_without_steps_begins_and_ends() -> None:
    assert ways(flow_of("idle", ())) == ["idle --> end"]


def test_a_branch_without_else_may_be_passed_by() -> None:
    assert ways(flow_of("w", (branch(("x", inline("a"))), inline("b")))) == [
        "w --> x?",
        "x? -yes-> a",
        "a --> b",
        "x? -no-> b",
        "b --> end",
    ]


def test_elif_is_asked_when_if_has_said_no() -> None:
    drawn = ways(flow_of("w", (branch(("x", inline("a")), ("y", inline("b")), otherwise=inline("c")),)))
    assert drawn[:5] == ["w --> x?", "x? -yes-> a", "x? -no-> y?", "y? -yes-> b", "y? -no-> c"]


def test_no_way_leads_on_from_what_ends_the_body() -> None:
    drawn = ways(flow_of("w", (branch(("x", ending("1"))), Cancel(place=HERE, reason="late"))))
    assert drawn == ["w --> x?", "x? -yes-> return 1", "x? -no-> cancel late"]


def test_a_loop_leads_back_to_its_head() -> None:
    drawn = ways(flow_of("w", (loop(inline("a")), inline("b"))))
    head = "for item in data.items"
    assert drawn == [f"w --> {head}", f"{head} -next-> a", f"a --> {head}", f"{head} -done-> b", "b --> end"]


def test_break_leads_behind_the_loop_and_its_else() -> None:
    steps = (branch(("x", Break(place=HERE, form="break"))), inline("a"))
    drawn = ways(flow_of("w", (loop(*steps, else_steps=(inline("all"),)), inline("b"))))
    assert "x? -yes-> b" in drawn
    assert "all --> b" in drawn


def test_only_break_and_return_lead_out_of_while_true() -> None:
    endless = loop(inline("a"), form="while", item=None, source=None, condition="True")
    assert ways(flow_of("w", (endless,))) == ["w --> while True", "while True -next-> a", "a --> while True"]


def test_what_goes_on_at_once_ends_together() -> None:
    drawn = ways(flow_of("w", (Parallel(place=HERE, children=((inline("a"),), (inline("b"),))), inline("c"))))
    assert drawn == ["w --> a", "w --> b", "a --> c", "b --> c", "c --> end"]


def test_handlers_are_reached_from_the_whole_try() -> None:
    caught = Try(place=HERE, steps=(inline("a"), inline("b")), handlers=(Handler("Declined", (inline("c"),)),))
    assert "g1 -except Declined-> c" in ways(flow_of("w", (caught,)))


def test_finally_is_reached_even_when_try_returns() -> None:
    tidy = Try(place=HERE, steps=(ending(),), finally_steps=(inline("tidy"),))
    assert "g1 -in any case-> tidy" in ways(flow_of("w", (tidy,)))


def test_a_return_of_a_helper_leads_back_to_the_body() -> None:
    helper = Helper(place=HERE, name="shop.helps", steps=(branch(("x", ending("1"))), inline("a")))
    drawn = ways(flow_of("w", (helper, inline("b"))))
    assert "return 1 --> b" in drawn
    assert "a --> b" in drawn


@pytest.mark.parametrize("step", [*ORDER, *REST])
def test_every_arrow_ends_at_a_box_that_is_there(step: Node) -> None:
    flow = flow_of("w", (step,))
    ids = {box.id for box in flow.boxes()}
    assert {arrow.end for arrow in flow.arrows} <= ids


def test_a_hostile_name_is_only_text_in_mermaid() -> None:
    drawn = mermaid(HOSTILE, (rpc(HOSTILE, HOSTILE, HOSTILE), branch((HOSTILE, inline(HOSTILE)))))
    texts = re.sub(r"#\d+;", "", drawn)
    labels = re.findall(r'"([^"\n]*)"', texts)
    assert texts.count('"') == 2 * len(labels)
    assert not any(mark in label.replace("<br/>", "") for label in labels for mark in "<>`#;%[]{}:\\$\x1b\u202e")
    assert drawn.splitlines()[0] == "flowchart TD"


def test_markdown_sees_no_list_in_a_label() -> None:
    assert 'n2("#49;#46; first")' in mermaid("w", (inline("1. first"),))
    assert 'n2("#45; first")' in mermaid("w", (inline("- first"),))


def test_mermaid_takes_no_empty_text_and_obeys_directions_in_any() -> None:
    drawn = mermaid("w", [inline(""), inline("go in the direction LR of it")])
    assert 'n2("#160;")' in drawn
    assert 'n3("go in the #100;irection LR of it")' in drawn


def test_a_hostile_name_is_only_text_in_dot() -> None:
    drawn = dot(HOSTILE, (inline(HOSTILE),))
    assert len(re.findall(r'(?<!\\)(?:\\\\)*"', drawn)) % 2 == 0
    assert "\x1b" not in drawn
    assert "\u202e" not in drawn


def test_a_tree_shows_no_controls_and_no_endless_lines() -> None:
    [line] = map(str, tree((rpc(HOSTILE, "f", "x" * 10_000),)))
    assert line.isprintable()
    assert len(line) < 250


def test_a_deep_elif_chain_and_deep_loops_are_drawn() -> None:
    deep: Node = inline("inside")
    for number in range(100):
        deep = (
            loop(deep, item=f"i{number}")
            if number % 2
            else Fanout(place=HERE, mode="parallel", item="x", source="xs", steps=(deep,))
        )
    chain = branch(*((f"x == {number}", inline(str(number))) for number in range(1_000)))
    for form in FORMS.values():
        assert "inside" in form("w", (deep, chain))


def test_a_step_is_told_with_what_it_calls_and_keeps() -> None:
    step = RpcStep(
        place=HERE, step_name="pay", rpc_name="charge", data="order", output_var="paid", options={"retries": 2}
    )
    assert str(tree((step,))[0]) == "└─ rpc     pay  charge(order)  retries=2  → paid"
