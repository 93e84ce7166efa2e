"""Values to JSON and back."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pikku.model.errors import AnnotationError, InvalidDataError, PayloadTooLargeError, UnstorableValueError
from pikku.model.payload import Json
from pikku.registry.codecs import codec_for, encode


class Colour(Enum):
    RED = "red"


class Line(pydantic.BaseModel):
    amount: Decimal


@dataclass
class Bill:
    lines: list[Line]
    due: date | None = None


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (int, 0),
        (dict[str, list[int]], {"a": [1]}),
        (set[int], {1, 2}),
        (tuple[int, str], (1, "a")),
        (bytes, b"\x00\xff"),
        (datetime, datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)),
        (timedelta, timedelta(days=1, microseconds=1)),
        (UUID, UUID(int=7)),
        (Decimal, Decimal("1.10")),
        (Colour, Colour.RED),
        (Bill, Bill([Line(amount=Decimal("9.90"))], date(2026, 1, 2))),
        (Line | None, None),
        (dict[int, str], {1: "a"}),
        (None, None),
        (int, 2**200),
    ],
)
def test_a_value_comes_back_in_its_annotated_type(annotation: Any, value: Any) -> None:
    back = codec_for(annotation, "test").decode(encode(value, "value"), "value")
    assert back == value
    assert type(back) is type(value)


texts = st.text(st.characters(exclude_categories=["Cs"]))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


@given(json_values)
def test_plain_values_come_back_equal_without_an_annotation(value: Any) -> None:
    text = encode(value, "value")
    assert codec_for(Any, "test").decode(text, "value") == value


@given(st.text() | st.binary())
def test_no_text_makes_a_decoder_raise_anything_but_our_error(text: Any) -> None:
    with suppress(InvalidDataError):
        codec_for(Bill, "test").decode(Json(text), "value")


def test_pydantic_validation_tells_the_path() -> None:
    with pytest.raises(
        InvalidDataError, match=r"value does not fit .*: amount: Input .* valid decimal - at `\$\.lines\[0\]`"
    ):
        codec_for(Bill, "test").decode(Json('{"lines": [{"amount": "much"}]}'), "value")


def test_a_null_that_is_meant_is_no_hint_of_a_missing_number() -> None:
    assert encode({"a": None, "null": "null"}, "value") == '{"a":null,"null":"null"}'


def test_deep_nesting_is_refused_and_never_overflows() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(UnstorableValueError, match="levels of nesting"):
        encode(deep, "value")
    with pytest.raises(InvalidDataError):
        codec_for(Any, "test").decode(Json("[" * 100_000 + "]" * 100_000), "value")
    while deep:
        deep = deep[0]


def test_size_counts_bytes_not_characters() -> None:
    assert len(encode("é" * 10, "value", 22)) == 12
    with pytest.raises(PayloadTooLargeError, match="value is 22 bytes, the limit is 21"):
        encode("é" * 10, "value", 21)


def test_a_type_that_cannot_be_read_back_is_refused_when_it_is_registered() -> None:
    @dataclass
    class Other:
        text: str

    with pytest.raises(AnnotationError, match=r"shop.pay, data: .*more than one dataclass"):
        codec_for(Bill | Other, "shop.pay, data")
