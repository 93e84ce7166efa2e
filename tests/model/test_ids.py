"""Ids of runs, keys of steps, tokens for other systems."""

from uuid import RFC_4122, UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from pikku.engine.ordinals import Ordinals
from pikku.model.ids import RunId, child_run_id, invocation_id, new_run_id, step_key

MOMENTS = st.integers(0, 2**48 - 1)
ENTROPY = st.binary(min_size=10, max_size=10)
# Names that look like keys are the ones that could clash.
NAMES = st.text(max_size=5) | st.from_regex(r"\A(pay)?(#[0-9]{1,2}){0,3}\n?\Z")


@given(MOMENTS, ENTROPY)
def test_a_run_id_is_a_uuid_of_version_seven(unix_ms: int, entropy: bytes) -> None:
    run_id = new_run_id(unix_ms, entropy)
    value = UUID(run_id)
    assert (value.version, value.variant) == (7, RFC_4122)
    assert str(value) == run_id
    assert value.int >> 80 == unix_ms


@given(MOMENTS, MOMENTS, ENTROPY, ENTROPY)
def test_run_ids_sort_by_their_time(first: int, second: int, some: bytes, other: bytes) -> None:
    assume(first < second)
    assert new_run_id(first, some) < new_run_id(second, other)


@given(MOMENTS, ENTROPY)
def test_all_the_entropy_that_has_room_is_used(unix_ms: int, entropy: bytes) -> None:
    value = UUID(new_run_id(unix_ms, entropy)).int
    mask = (1 << 80) - 1 & ~(0xF << 76) & ~(0x3 << 62)
    assert value & mask == int.from_bytes(entropy, "big") & mask


@given(NAMES, NAMES, st.integers(0, 120), st.integers(0, 120))
def test_no_two_steps_share_a_key(name: str, other: str, ordinal: int, other_ordinal: int) -> None:
    assume((name, ordinal) != (other, other_ordinal))
    assert step_key(name, ordinal) != step_key(other, other_ordinal)


@given(st.lists(NAMES, max_size=20))
def test_every_call_of_a_body_gets_a_key_of_its_own(names: list[str]) -> None:
    ordinals = Ordinals()
    keys = [ordinals.take(name) for name in names]
    assert len(set(keys)) == len(names)
    again = Ordinals()
    assert [again.take(name) for name in names] == keys


def test_keys_are_the_name_and_then_numbered() -> None:
    ordinals = Ordinals()
    assert [ordinals.take(name) for name in ("pay", "ship", "pay", "pay")] == ["pay", "ship", "pay#1", "pay#2"]


def test_a_name_that_looks_like_a_key_is_always_numbered() -> None:
    assert (step_key("pay#1", 0), step_key("pay#1", 1), step_key("pay", 1)) == ("pay#1#0", "pay#1#1", "pay#1")


@given(NAMES, NAMES)
def test_an_invocation_has_a_token_that_no_other_has(key: str, other: str) -> None:
    run, later = new_run_id(1, bytes(10)), new_run_id(2, bytes(10))
    assert invocation_id(run, key) == invocation_id(run, key)
    assert invocation_id(run, key) != invocation_id(later, key)
    assert (invocation_id(run, key) == invocation_id(run, other)) is (key == other)


def test_tokens_never_change() -> None:
    run = RunId("01941f29-7c00-7000-8000-000000000001")
    token = invocation_id(run, "pay#1")
    assert (UUID(token).version, token) == (5, "fc4750de-29f9-5e66-8554-da6b82575155")
    assert child_run_id(token, 0) == "0e15bb4d-8922-5033-bf23-b5b84df31054"
    assert child_run_id(token, 1) != child_run_id(token, 0)
