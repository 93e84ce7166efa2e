"""Functions as attributes: `do.rpc.email.send("Send welcome email", data)`, one class for each part before a dot."""

from collections.abc import Iterator, Sequence

from pikku.codegen.layout import definition
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


def _members(folder: str, known: dict[str, TypedFunction], classes: dict[str, str]) -> Iterator[str]:
    own = known.get(folder)
    if own is not None:
        yield from _method("__call__", own)
    inside = f"{folder}." if folder else ""
    children = sorted({name[len(inside) :].partition(".")[0] for name in known if name.startswith(inside)})
    for child in children:
        full = f"{inside}{child}"
        if full in classes:
            yield from ("    @property", f"    def {child}(self) -> {classes[full]}: ...")
        else:
            yield from _method(child, known[full])
    if own is None and not children:
        yield '    """There are no functions."""'


def _method(name: str, function: TypedFunction) -> list[str]:
    parameters = ["self", "step: _Text", *function.data_parameter, "/", "**options: _Unpack[_Options]"]
    told = f'"""`{function.name}`"""' if function.description is None else docstring(function.description)
    return [*definition(f"def {name}", parameters, function.step, 4, tail=""), f"        {told}", "        ..."]
