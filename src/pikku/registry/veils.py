"""Which parts of a value are secret, read from its annotation."""

import dataclasses
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from pikku.model.secret import HIDDEN, Secret

N = TypeVar("N", str, int)
Meanings = Mapping[Any, Any]
"""What the parameters of a generic class stand for."""


class Veil:
    """Over the plain JSON value of one type. `fields` and `places` are those that lead to a secret, `alike` other veils.

    Made by `veil_of`, which fills it while it reads: a type may lead to itself.
    """

    __slots__ = ("alike", "fields", "hides", "items", "keys", "places", "values")

    def __init__(self, *, hides: bool = False) -> None:
        self.hides = hides
        self.fields: dict[str, Veil] = {}
        self.places: dict[int, Veil] = {}
        self.items: Veil | None = None
        self.keys: Veil | None = None
        self.values: Veil | None = None
        self.alike: list[Veil] = []

    def over(self, value: Any) -> Any:
        """The value with `***` in the place of what is secret."""
        return _over([self], value)

    def secrets_in(self, value: Any) -> set[str]:
        """The texts and numbers in a plain value that are secret, as texts."""
        return set(_secrets([self], value, hidden=False))


def veil_of(annotation: Any) -> Veil | None:
    """The veil over values of an annotated type, `None` if nothing in it is marked as `Secret`."""
    try:
        veil = _Reader().read(annotation, {})
    except (NameError, TypeError, AttributeError):
        return Veil(hides=True)  # what cannot be read may be secret
    return veil if veil is not None and _hides_something(veil, set()) else None


def _over(veils: list[Veil], value: Any) -> Any:
    veils = _with_alike(veils)
    if not veils:
        return value
    if any(veil.hides for veil in veils):
        return None if value is None else HIDDEN
    if isinstance(value, dict):
        keys = [veil.keys for veil in veils if veil.keys is not None]
        shown: dict[str, Any] = {}
        for key, part in value.items():
            name = _over(keys, key)
            shown[name if name not in shown else f"{name} {len(shown)}"] = _over(_below(veils, key), part)
        return shown
    if isinstance(value, list):
        return [_over(_below(veils, index), part) for index, part in enumerate(value)]
    return value


def _secrets(veils: list[Veil], value: Any, *, hidden: bool) -> Iterator[str]:
    veils = _with_alike(veils)
    hidden = hidden or any(veil.hides for veil in veils)
    if not veils and not hidden:
        return
    if isinstance(value, dict):
        keys = [veil.keys for veil in veils if veil.keys is not None]
        for key, part in value.items():
            yield from _secrets(keys, key, hidden=False)
            yield from _secrets(_below(veils, key), part, hidden=hidden)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _secrets(_below(veils, index), part, hidden=hidden)
    elif hidden and isinstance(value, str | int | float) and not isinstance(value, bool):
        yield str(value)


def _below(veils: list[Veil], place: str | int) -> list[Veil]:
    if isinstance(place, int):
        found = [each for veil in veils for each in (veil.places.get(place), veil.items)]
    else:
        found = [each for veil in veils for each in (veil.fields.get(place), veil.values)]
    return [each for each in found if each is not None]


def _with_alike(veils: list[Veil]) -> list[Veil]:
    found: list[Veil] = []
    waiting = list(veils)
    while waiting:
        veil = waiting.pop()
        if not any(veil is each for each in found):
            found.append(veil)
            waiting += veil.alike
    return found


def _parts(veil: Veil) -> Iterator[Veil]:
    yield from (*veil.fields.values(), *veil.places.values(), *veil.alike)
    yield from (each for each in (veil.items, veil.keys, veil.values) if each is not None)


def _hides_something(veil: Veil, seen: set[int]) -> bool:
    if veil.hides:
        return True
    seen.add(id(veil))
    return any(id(part) not in seen and _hides_something(part, seen) for part in _parts(veil))


class _Reader:
    """Reads each class once for the parameters it is given."""

    def __init__(self) -> None:
        self._known: dict[Any, Veil] = {}

    def read(self, annotation: Any, meanings: Meanings) -> Veil | None:
        """The veil of an annotation, `None` where it has no parts that could be secret."""
        annotation = meanings.get(annotation, annotation) if isinstance(annotation, typing.TypeVar) else annotation
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            if any(_is_mark(each) for each in annotation.__metadata__):
                return Veil(hides=True)
            return self.read(annotation.__origin__, meanings)
        behind = _behind(annotation)
        if behind is not None:
            return self.read(behind, meanings)
        if origin is None:
            return self._class(annotation, annotation, meanings)
        return self._generic(annotation, origin, meanings)

    def _generic(self, annotation: Any, origin: Any, meanings: Meanings) -> Veil | None:
        arguments = typing.get_args(annotation)
        if origin in (typing.Union, types.UnionType, typing.Required, typing.NotRequired):
            return self._all_of([self.read(each, meanings) for each in arguments])
        if origin is typing.Literal or not isinstance(origin, type):
            return None
        if issubclass(origin, tuple) and arguments[-1:] != (...,):
            return self._tuple(arguments, meanings)
        if issubclass(origin, Mapping):
            return self._mapping(arguments, meanings)
        parameters = getattr(origin, "__parameters__", None) or getattr(origin, "__type_params__", ())
        if parameters:
            given = [meanings.get(each, each) if isinstance(each, typing.TypeVar) else each for each in arguments]
            return self._class(annotation, origin, dict(zip(parameters, given, strict=False)))
        veil = Veil()
        veil.items = self.read(arguments[0], meanings) if arguments else None
        return veil

    def _tuple(self, arguments: tuple[Any, ...], meanings: Meanings) -> Veil:
        veil = Veil()
        veil.places = self._named(enumerate(arguments), meanings)
        return veil

    def _mapping(self, arguments: tuple[Any, ...], meanings: Meanings) -> Veil:
        veil = Veil()
        veil.keys, veil.values = (self.read(each, meanings) for each in arguments)
        return veil

    def _all_of(self, parts: list[Veil | None]) -> Veil:
        veil = Veil()
        veil.alike = [part for part in parts if part is not None]
        return veil

    def _class(self, annotation: Any, kind: Any, meanings: Meanings) -> Veil | None:
        fields = _fields_of(kind)
        if fields is None:
            return None
        key = (kind, tuple(map(id, meanings.values())))
        if key not in self._known:
            veil = self._known[key] = Veil()
            veil.fields = self._named(fields(), meanings)
            # What is written as an array: a tuple with names, and some Structs, of which the tag is the first part.
            config = getattr(kind, "__struct_config__", None)
            first = 0 if config is None or config.tag is None else 1
            veil.places = self._named(enumerate((type_ for _, type_ in fields()), first), meanings)
        return self._known[key]

    def _named(self, parts: Iterable[tuple[N, Any]], meanings: Meanings) -> dict[N, Veil]:
        read = ((name, self.read(type_, meanings)) for name, type_ in parts)
        return {name: veil for name, veil in read if veil is not None}


def _is_mark(metadata: Any) -> bool:
    return metadata is Secret or isinstance(metadata, Secret)


def _behind(annotation: Any) -> Any:
    """What a `NewType` or a type alias stands for."""
    if isinstance(annotation, typing.NewType):
        return annotation.__supertype__
    return getattr(annotation, "__value__", None)


Fields = Callable[[], Iterator[tuple[str, Any]]]


def _fields_of(kind: Any) -> Fields | None:
    """Names in JSON and types of what a class is made of; `None` for what has no fields."""
    if not isinstance(kind, type):
        return None
    if issubclass(kind, msgspec.Struct):
        return lambda: ((each.encode_name, each.type) for each in msgspec.structs.fields(kind))
    if hasattr(kind, "model_fields"):
        return lambda: _of_model(kind)
    is_record = dataclasses.is_dataclass(kind) or typing.is_typeddict(kind) or hasattr(kind, "__attrs_attrs__")
    if is_record or (issubclass(kind, tuple) and hasattr(kind, "_fields")):
        return lambda: iter(typing.get_type_hints(kind, include_extras=True).items())
    return None


def _of_model(model: Any) -> Iterator[tuple[str, Any]]:
    """The fields of a pydantic model, each under every name by which it can be given."""
    for name, field in model.model_fields.items():
        marked = any(_is_mark(each) for each in field.metadata)
        type_ = typing.Annotated[Any, Secret] if marked else field.annotation
        choices = getattr(field.validation_alias, "choices", [field.validation_alias])
        for alias in {name, field.alias, field.serialization_alias, *map(_first_name, choices)}:
            if isinstance(alias, str):
                yield alias, type_


def _first_name(alias: Any) -> Any:
    path = getattr(alias, "path", None)
    return path[0] if path else alias
