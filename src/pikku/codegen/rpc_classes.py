"""Functions as attributes: `do.rpc.email.send("Send welcome email", data)`, one class for each part before a dot."""

from collections.abc import Iterator, Sequence

from pikku.codegen.layout import method
from pikku.codegen.names import docstring, identifiers, is_attribute
from pikku.codegen.typed_function import TypedFunction


def rpc_classes(functions: Sequence[TypedFunction]) -> list[str]:
    """The class `_Rpc`, and those that its attributes lead to. Names that cannot be attributes are left out."""
    known = {each.name: each for each in functions if all(is_attribute(part) for part in each.name.split("."))}
    folders = {"", *(folder for name in known for folder in _folders(name))}
    classes = {folder: f"_Rpc_{name}" for folder, name in identifiers(folders - {""}).items()} | {"": "_Rpc"}
    lines: list[str] = []
    for folder in sorted(folders):
        lines += ["", f"class {classes[folder]}:", *_members(folder, known, classes)]
    return lines[1:]


def _folders(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts)))


def _members(folder: str, known: dict[str, TypedFunction], classes: dict[str, str]) -> list[str]:
    own = known.get(folder)
    members = [] if own is None else [_method("__call__", own)]
    inside = f"{folder}." if folder else ""
    for child in sorted({name[len(inside) :].partition(".")[0] for name in known if name.startswith(inside)}):
        full = f"{inside}{child}"
        if full in classes:
            members.append(["    @property", f"    def {child}(self) -> {classes[full]}: ..."])
        else:
            members.append(_method(child, known[full]))
    spaced = [line for member in members for line in ("", *member)]
    return spaced[1:] or ['    """There are no functions."""']


def _method(name: str, function: TypedFunction) -> list[str]:
    parameters = ["self", "step: _Text", *function.data_parameter, "/", "**options: _Unpack[_Options]"]
    told = f'"""`{function.name}`"""' if function.description is None else docstring(function.description)
    return [*method(f"def {name}", parameters, function.step, tail=""), f"        {told}", "        ..."]
