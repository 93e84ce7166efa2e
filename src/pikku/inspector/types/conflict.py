"""Two schemas that no value fits: what is offered, and what is wanted."""

from typing import Any

from pikku.inspector.types.classes import LAX
from pikku.inspector.types.offered import OR_MORE
from pikku.inspector.types.scalars import kind_of, scalar_conflict, shown, type_names
from pikku.inspector.types.schema import DEFINITIONS, Schema

_DEEPEST = 30


class Conflicts:
    """Compares schemas whose references are to `definitions`. Each method says what does not fit, or `None`."""

    def __init__(self, definitions: dict[str, Any]) -> None:
        self._definitions = definitions
        self._depth = 0

    def between(self, offered: Schema, wanted: Schema, path: str, *, lax: bool) -> str | None:
        """What keeps every offered value from fitting; with `lax`, what can be converted does fit."""
        same = offered.get("$ref") is not None and offered.get("$ref") == wanted.get("$ref")
        if same or self._depth > _DEEPEST:
            return None
        self._depth += 1
        try:
            against = self._resolved(wanted)
            given = self._resolved(offered)
            if offered.get("$comment") == OR_MORE and _may_be_base(given, against):
                given = {**given, "additionalProperties": True}
            return self._between(given, against, path, lax)
        finally:
            self._depth -= 1

    def _resolved(self, schema: Schema) -> Schema:
        seen = 0
        while "$ref" in schema and seen < _DEEPEST:
            schema, seen = self._definitions.get(schema["$ref"].removeprefix(DEFINITIONS), {}), seen + 1
        return schema

    def _between(self, offered: Schema, wanted: Schema, path: str, lax: bool) -> str | None:
        lax = lax or wanted.get("$comment") == LAX
        if "anyOf" in offered:
            return self._every_offer(offered["anyOf"], wanted, path, lax)
        if "anyOf" in wanted:
            return self._no_choice(offered, wanted["anyOf"], path, lax)
        kind, wanted_kind = kind_of(offered), kind_of(wanted)
        if kind is None or wanted_kind is None:
            return None
        if kind == wanted_kind == "object":
            return self._objects(offered, wanted, path, lax)
        if kind == wanted_kind == "array":
            return self._arrays(offered, wanted, path, lax)
        if "object" in (kind, wanted_kind) or "array" in (kind, wanted_kind):
            return f"{_subject(path)} is {shown(offered)}, not {type_names(wanted)}"
        return scalar_conflict(offered, wanted, _subject(path), lax=lax)

    def _every_offer(self, offers: list[Schema], wanted: Schema, path: str, lax: bool) -> str | None:
        problems = [self.between(each, wanted, path, lax=lax) for each in offers]
        return problems[0] if all(problems) else None

    def _no_choice(self, offered: Schema, choices: list[Schema], path: str, lax: bool) -> str | None:
        problems = [self.between(offered, each, path, lax=lax) for each in choices]
        if not all(problems):
            return None
        kind = kind_of(offered)
        alike = [
            each for each, choice in zip(problems, choices, strict=True) if kind_of(self._resolved(choice)) == kind
        ]
        if len(alike) == 1:
            return alike[0]
        names = " or ".join(dict.fromkeys(type_names(self._resolved(each)) for each in choices))
        return f"{_subject(path)} is {shown(offered)}, not {names}"

    def _objects(self, offered: Schema, wanted: Schema, path: str, lax: bool) -> str | None:
        fields: dict[str, Schema] = offered.get("properties", {})
        is_whole = "properties" in offered and offered.get("additionalProperties") in (None, False)
        expected: dict[str, Schema] = wanted.get("properties", {})
        missing = [
            name for name in wanted.get("required", ()) if name not in fields and not _is_tag(expected.get(name))
        ]
        if is_whole and missing:
            return f"{_listed(missing, path)} {'is' if len(missing) == 1 else 'are'} missing"
        others = wanted.get("additionalProperties")
        for name, schema in fields.items():
            inner = f"{path}.{name}" if path else name
            if name not in expected and others is False:
                return f"there is no field `{inner}`"
            against = expected.get(name, others if isinstance(others, dict) else {})
            if problem := self.between(schema, against, inner, lax=lax):
                return problem
        return None

    def _arrays(self, offered: Schema, wanted: Schema, path: str, lax: bool) -> str | None:
        items: list[Schema] | None = offered.get("prefixItems")
        if items is None:
            return self._items(offered, wanted, path, lax)
        count, least, most = len(items), wanted.get("minItems", 0), wanted.get("maxItems")
        if count < least or (most is not None and count > most):
            number = least if least == most else f"at least {least}" if count < least else f"at most {most}"
            return f"{_subject(path)} has {count} items, not {number}"
        first = wanted.get("prefixItems", [])
        rest = wanted.get("items")
        for index, item in enumerate(items):
            against = first[index] if index < len(first) else rest if isinstance(rest, dict) else {}
            if problem := self.between(item, against, f"{path}[{index}]", lax=lax):
                return problem
        return None

    def _items(self, offered: Schema, wanted: Schema, path: str, lax: bool) -> str | None:
        each, against = offered.get("items"), wanted.get("items")
        if not isinstance(each, dict) or not isinstance(against, dict):
            return None
        # An empty list would fit, but nobody means that.
        return self.between(each, against, f"{path}[…]", lax=lax)


def _may_be_base(offered: Schema, wanted: Schema) -> bool:
    """Whether all fields of one are fields of the other."""
    return all(name in wanted.get("properties", ()) for name in offered.get("properties", ()))


def _subject(path: str) -> str:
    return f"`{path}`" if path else "it"


def _listed(names: list[str], path: str) -> str:
    whole = [f"`{path}.{name}`" if path else f"`{name}`" for name in names]
    return whole[0] if len(whole) == 1 else f"{', '.join(whole[:-1])} and {whole[-1]}"


def _is_tag(schema: Schema | None) -> bool:
    """Whether a field has but one value: msgspec does without it unless there is a choice of types."""
    return len((schema or {}).get("enum", ())) == 1
