"""What a marked function takes and gives, read from its parameters and annotations."""

import inspect
import types
import typing
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from pikku.model.errors import AnnotationError, DefinitionError
from pikku.registry.codecs import ANYTHING, Codec, codec_for
from pikku.registry.marks import place_of


class Signature(Struct, frozen=True):
    """Whether a function takes `data`, and the codecs of what it takes and gives."""

    takes_data: bool
    is_async: bool
    data: Codec
    result: Codec


def read_signature(function: Callable[..., Any]) -> Signature:
    """The signature of a marked function: a context, and at most one value.

    Raises `DefinitionError` for other parameters and `AnnotationError` for annotations that cannot be used.
    """
    where = place_of(function)
    parameters = list(inspect.signature(function).parameters.values())
    positional = [each for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    needed = [each for each in parameters if each.default is each.empty and each.kind is not each.VAR_KEYWORD]
    if not positional or len(needed) > 2:
        names = ", ".join(each.name for each in parameters)
        raise DefinitionError(f"{where}({names}) must take a context and at most one value: (ctx) or (ctx, data)")
    data = positional[1] if len(positional) > 1 else None
    return Signature(
        takes_data=data is not None,
        is_async=inspect.iscoroutinefunction(function),
        data=codec_for(_annotation(function, data.name) if data else Any, f"{where}, data"),
        result=codec_for(_annotation(function, "return"), f"{where}, what it returns"),
    )


def result_codec(function: Callable[..., Any]) -> Codec:
    """The codec of what an inline step's callable returns: by its annotation, else plain JSON."""
    plain: Any = function
    while not inspect.isfunction(plain) and hasattr(plain, "func"):
        plain = plain.func
    plain = getattr(plain, "__func__", plain)
    if not inspect.isfunction(plain) or "return" not in plain.__annotations__:
        return ANYTHING
    return codec_for(_annotation(plain, "return"), f"{place_of(plain)}, what it returns")


def _annotation(function: Callable[..., Any], name: str) -> Any:
    """One annotation, resolved alone: others may name types that only exist for type checkers."""
    written = getattr(function, "__annotations__", {})
    if name not in written:
        return Any
    if isinstance(written[name], type):
        return written[name]
    holder = types.SimpleNamespace(__annotations__={name: written[name]})
    try:
        names = {**getattr(function, "__globals__", {}), **inspect.getclosurevars(function).nonlocals}
        return typing.get_type_hints(holder, globalns=names, include_extras=True)[name]
    except (NameError, AttributeError, TypeError, SyntaxError) as error:
        raise AnnotationError(f"{place_of(function)}, {name}", f"it cannot be resolved ({error})") from None
