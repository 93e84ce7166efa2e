"""Values to stored JSON and back, by annotated type. Nothing is pickled."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

import msgspec

from pikku.model.errors import AnnotationError, InvalidDataError, PayloadTooLargeError, UnstorableValueError
from pikku.model.payload import TOO_DEEP, Json, is_too_deep, parse
from pikku.model.secret import without, written
from pikku.registry.secrets import remember
from pikku.registry.storable import unstorable_part
from pikku.registry.veils import Veil, veil_of

VALUE_LIMIT = 2 * 1024 * 1024
"""How large a stored value may be, in bytes of JSON, unless configured otherwise."""


def encode(value: Any, what: str, limit: int = VALUE_LIMIT) -> Json:
    """The stored form of a value. `what` names it in errors: "the result of step 'pay'".

    Raises `UnstorableValueError` with the path of the bad part, or `PayloadTooLargeError`.
    """
    try:
        encoded = _encoder.encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise _unstorable(value, what, str(error)) from None
    # JSON has no NaN: msgspec writes null for it, which would come back as another value.
    if b"null" in encoded and (bad := unstorable_part(value, _plain)):
        raise UnstorableValueError(what, *bad)
    if len(encoded) > limit:
        raise PayloadTooLargeError(what, len(encoded), limit)
    if is_too_deep(encoded):
        raise _unstorable(value, what, TOO_DEEP)
    return Json(encoded.decode())


class Codec:
    """Reads stored values of one annotated type; without one (`Any`), plain JSON values.

    `veil` is for what is shown of them, `None` if nothing in the type is marked as `Secret`.
    """

    __slots__ = ("_decoder", "typed", "veil")

    def __init__(self, annotation: Any) -> None:
        self.typed = annotation is not Any
        self._decoder = msgspec.json.Decoder(annotation, dec_hook=_from_plain)
        self.veil = veil_of(annotation)

    def decode(self, text: Json, what: str) -> Any:
        """The value that the text stands for. Raises `InvalidDataError` with the path of what does not fit."""
        secrets = () if self.veil is None else self._secrets_in(self.veil, text)
        try:
            return self._decoder.decode(text)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise InvalidDataError(what, without(str(error), secrets)) from None

    def _secrets_in(self, veil: Veil, text: Json) -> Collection[str]:
        """What must not be shown of it, from now on nowhere."""
        try:
            found = veil.secrets_in(parse(text))
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return ()
        secrets = {form for secret in found for form in written(secret)}
        remember(secrets)
        return secrets


def codec_for(annotation: Any, where: str) -> Codec:
    """The codec of an annotated type, made once. Raises `AnnotationError` for types that cannot be read back."""
    try:
        return _cached(annotation)
    except TypeError as error:
        if "unhashable" in str(error):
            return Codec(annotation)
        raise AnnotationError(where, str(error)) from None


@lru_cache(maxsize=4096)
def _cached(annotation: Any) -> Codec:
    return Codec(annotation)


def _plain(value: Any) -> Any:
    """For the encoder: what a pydantic model is made of. Pydantic itself is not needed for that."""
    if hasattr(type(value), "model_dump"):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__module__}.{type(value).__qualname__} has no stored form")


def _from_plain(annotation: Any, value: Any) -> Any:
    if hasattr(annotation, "model_validate"):
        return _validated(annotation, value)
    raise TypeError(f"{annotation!r} cannot be read from JSON")


def _validated(model: Any, value: Any) -> Any:
    try:
        return model.model_validate(value)
    except ValueError as error:
        details: list[Any] = getattr(error, "errors", list)()
        problem = ": ".join(map(str, [*details[0]["loc"], details[0]["msg"]])) if details else str(error)
        raise ValueError(problem) from None


def _unstorable(value: Any, what: str, problem: str) -> UnstorableValueError:
    path, found = unstorable_part(value, _plain) or ("$", problem)
    return UnstorableValueError(what, path, found)


_encoder = msgspec.json.Encoder(enc_hook=_plain)

ANYTHING = Codec(Any)
"""The codec of what has no annotation: plain JSON values."""
