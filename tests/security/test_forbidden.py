"""What Pikku never does with what it reads: unpickle it, execute it, or give it to a shell."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pikku

SOURCE = Path(pikku.__file__).parent

MODULES = {
    *(
        "pickle",
        "cPickle",
        "_pickle",
        "marshal",
        "shelve",
        "dill",
        "cloudpickle",
        "jsonpickle",
        "copyreg",
        "dbm",
        "code",
    ),
    *("yaml", "xml", "xmlrpc", "multiprocessing", "concurrent.futures.process", "ctypes", "pty", "runpy", "telnetlib"),
}
NAMES = {"eval", "exec", "compile", "__import__", "input", "breakpoint"}
ATTRIBUTES = {
    *(
        "os.system",
        "os.popen",
        "os.execv",
        "os.execve",
        "os.spawnv",
        "tempfile.mktemp",
        "builtins.eval",
        "builtins.exec",
    ),
    *("subprocess.getoutput", "subprocess.getstatusoutput", "asyncio.create_subprocess_shell", "types.FunctionType"),
}
ALLOWED = {
    # What a child of `multiprocessing` is told of its parent, and how it imports the parent's main module. Nothing is pickled:
    # see cpu/messages.py.
    ("runtime/cpu/process.py", "import of multiprocessing"),
    ("runtime/cpu/child.py", "import of multiprocessing"),
}


def found_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from _imported(alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from _imported([module, *(f"{module}.{alias.name}" for alias in names)])
            case ast.Call(func=ast.Name(id=name)) if name in NAMES:
                yield f"call of {name}"
            case ast.Attribute(value=ast.Name(id=module), attr=name) if f"{module}.{name}" in ATTRIBUTES:
                yield f"use of {module}.{name}"
            case ast.keyword(arg="shell", value=value) if not (isinstance(value, ast.Constant) and not value.value):
                yield "a shell"
            case ast.keyword(arg="allow_pickle" | "enable_unsafe_deserialization"):
                yield "a pickle"


def _imported(names: Iterator[str] | list[str]) -> Iterator[str]:
    for name in names:
        parts = name.split(".")
        prefixes = {".".join(parts[:count]) for count in range(1, len(parts) + 1)}
        yield from (f"import of {each}" for each in sorted(prefixes & MODULES))


def test_nothing_is_unpickled_executed_or_given_to_a_shell() -> None:
    found = {
        (str(file.relative_to(SOURCE)), what)
        for file in SOURCE.rglob("*.py")
        for what in found_in(ast.parse(file.read_text("utf-8")))
    }
    assert found == ALLOWED


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from marshal import loads",
        "from xml import sax",
        "import concurrent.futures.process",
        "eval(x)",
        "exec(x)",
        "compile(x, y, z)",
        "__import__(x)",
        "os.system(x)",
        "subprocess.run(x, shell=True)",
        "subprocess.run(x, shell=wanted)",
        "import yaml; yaml.load(x)",
        "numpy.load(x, allow_pickle=True)",
    ],
)
def test_the_search_finds_it(text: str) -> None:
    assert list(found_in(ast.parse(text)))
