"""The order of results is told by the calls that followed it, and a replay finds it again."""

from collections.abc import Sequence

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pikku.engine.deliveries import Call, Deliveries
from pikku.model.ids import RunId
from pikku.model.step import Seen, Step, StepCall, StepKind, StepStatus

RUN = RunId("00000000-0000-7000-8000-000000000000")


def step(key: str, position: int, seen: Seen | None) -> Step:
    call = StepCall(key=key, name=key, kind=StepKind.INLINE, position=position, seen=seen)
    return Step(run_id=RUN, call=call, status=StepStatus.SUCCEEDED, created_ms=0)


def test_a_body_that_takes_one_step_after_the_other_writes_nothing_about_their_order() -> None:
    deliveries = Deliveries([])
    for number in range(5):
        call = deliveries.called(f"s{number}")
        assert deliveries.tell(call) is None
        deliveries.delivered(f"s{number}")


def test_a_call_after_a_gather_tells_the_order_in_which_its_results_came() -> None:
    deliveries = Deliveries([])
    calls = [deliveries.called(key) for key in "abc"]
    assert [deliveries.tell(call) for call in calls] == [None, Seen(0, ()), Seen(0, ())]
    for key in "cab":
        deliveries.delivered(key)
    assert deliveries.tell(deliveries.called("d")) == Seen(0, ("c", "a", "b"))
    deliveries.delivered("d")
    assert deliveries.tell(deliveries.called("e")) == Seen(3, ("d",))


def test_what_was_told_in_vain_is_told_again_and_what_was_never_told_is_missed() -> None:
    deliveries = Deliveries([])
    for key in "abc":
        deliveries.tell(deliveries.called(key))
    for key in "cab":
        deliveries.delivered(key)
    assert deliveries.tell(deliveries.called("d")) == Seen(0, ("c", "a", "b"))
    deliveries.tell_again(1)
    assert deliveries.tell(deliveries.called("e")) == Seen(1, ("a", "b"))
    assert Deliveries([step("e", 4, Seen(1, ("a", "b")))]).told == 0


def test_a_result_is_given_at_once_only_where_the_record_shows_that_nothing_else_was_under_way() -> None:
    sequential = Deliveries([step("a", 0, None), step("b", 1, None)])
    assert sequential.is_sequential(sequential.called("a"))
    sequential.delivered("a")
    assert not sequential.is_sequential(sequential.called("b"))

    parallel = Deliveries([step("a", 0, None), step("b", 1, Seen(0, ()))])
    assert not parallel.is_sequential(parallel.called("a"))


@st.composite
def lives(draw: st.DrawFn) -> list[tuple[str, str]]:
    """A life of a body: calls, and results of calls that are under way, in any order."""
    events: list[tuple[str, str]] = []
    open_calls: list[str] = []
    made = 0
    for _ in range(draw(st.integers(1, 40))):
        ends_one: bool = draw(st.booleans())
        if open_calls and ends_one:
            key = open_calls.pop(draw(st.integers(0, len(open_calls) - 1)))
            events.append(("deliver", key))
        else:
            key, made = f"s{made}", made + 1
            open_calls.append(key)
            events.append(("call", key))
    return events


@given(lives(), st.data())
def test_whatever_was_recorded_before_a_crash_tells_all_that_it_was_built_on(
    events: Sequence[tuple[str, str]], data: st.DataObject
) -> None:
    """Steps are recorded in any order after their call; whichever prefix of the records survives, the results that the
    recorded calls had seen come in the same order again."""
    first = Deliveries([])
    calls: dict[str, Call] = {}
    seen_before: dict[str, list[str]] = {}
    delivered: list[str] = []
    records: list[Step] = []
    unrecorded: list[str] = []
    for kind, key in events:
        if kind == "call":
            calls[key] = first.called(key)
            seen_before[key] = list(delivered)
            unrecorded.append(key)
            continue
        # A result is recorded before it is delivered; others may be recorded at any time after their call.
        others = data.draw(st.lists(st.sampled_from(unrecorded or [key]), unique=True))
        for each in dict.fromkeys([*others, key]):
            if each in unrecorded:
                unrecorded.remove(each)
                records.append(step(each, calls[each].position, first.tell(calls[each])))
        delivered.append(key)
        first.delivered(key)
    surviving = records[: data.draw(st.integers(0, len(records)))]

    second = Deliveries(surviving)
    needed = max((seen_before[each.key] for each in surviving), key=len, default=[])
    waiting = [each.key for each in surviving]
    replayed = []
    for key in needed:
        second.called(key)
    for _ in needed:
        chosen = second.next([key for key in waiting if key not in replayed])
        replayed.append(chosen)
        second.delivered(chosen)
    assert replayed == needed


def test_a_step_that_nobody_asks_for_any_more_does_not_hold_up_the_others() -> None:
    deliveries = Deliveries([step("gone", 0, None), step("b", 1, None)])
    assert deliveries.next(["b"]) == "b"


def test_the_record_of_ten_thousand_steps_in_a_row_costs_nothing_extra() -> None:
    steps = [step(f"s{number}", number, None) for number in range(10_000)]
    assert len(msgspec.json.encode([each.call.seen for each in steps])) == 10_000 * len("null,") + 1
    deliveries = Deliveries(steps)
    for number in range(9_999):
        assert deliveries.is_sequential(deliveries.called(f"s{number}"))
        deliveries.delivered(f"s{number}")
