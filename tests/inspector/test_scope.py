"""What a name stands for, through all that Python allows between it and what it names."""

import ast
from textwrap import dedent

import pytest

from pikku.inspector.names.scope import ModuleScope, scope_of_texts
from pikku.inspector.names.symbols import Constant, Definition, External, Module, Symbol, Unknown


def scope(text: str, module: str = "shop.app", **others: str) -> ModuleScope:
    texts = {name.replace("__", "."): dedent(other) for name, other in others.items()}
    return scope_of_texts({**texts, module: dedent(text)}, module)


def meaning(expression: str, names: ModuleScope) -> str:
    """As `module:qualname`, the full name of a library, `= value`, `module name` or `?`."""
    return shown(names.resolve(ast.parse(expression, mode="eval").body))


def shown(symbol: Symbol) -> str:
    match symbol:
        case Definition(module=module, qualname=qualname):
            return f"{module}:{qualname}"
        case External(name=name):
            return name
        case Constant(value=value):
            return f"= {value!r}"
        case Module(name=name):
            return f"module {name}"
        case Unknown():
            return "?"


@pytest.mark.parametrize(
    ("text", "expression", "expected"),
    [
        ("import time", "time.time", "time.time"),
        ("import time as t", "t.time", "time.time"),
        ("from time import time as t", "t", "time.time"),
        ("import os.path", "os.path.exists", "os.path.exists"),
        ("import os.path as p", "p.exists", "os.path.exists"),
        ("from pikku.registry.marks import func", "func", "pikku.func"),
        ("from pikku import *", "func", "pikku.func"),
        ("from pikku import *", "print", "print"),
        ("now = __import__('time').time", "now", "?"),
        ("import time\nnow = time.time", "now", "time.time"),
        ("", "print", "print"),
        ("", "nothing", "?"),
        ("print = 3", "print", "= 3"),
        ("", "__name__", "= 'shop.app'"),
        ("", "__name__ + '.jobs'", "= 'shop.app.jobs'"),
    ],
)
def test_names_of_libraries_are_followed_to_where_they_come_from(text: str, expression: str, expected: str) -> None:
    assert meaning(expression, scope(text)) == expected


@pytest.mark.parametrize(
    ("statement", "expression"),
    [
        ("from shop.functions import send", "send"),
        ("from shop.functions import send as post", "post"),
        ("from .functions import send", "send"),
        ("from . import functions", "functions.send"),
        ("from . import functions as f", "f.send"),
        ("import shop.functions", "shop.functions.send"),
        ("import shop.functions as f", "f.send"),
        ("from shop.functions import *", "send"),
        ("from shop import functions", "functions.send"),
        ("from shop.door import send", "send"),
        ("from shop.door import *", "post"),
        ("import shop.functions\npost = shop.functions.send", "post"),
        ("try:\n    from shop.functions import send\nexcept ImportError:\n    send = None", "send"),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop.functions import send\nelse:\n    send = 1",
            "send",
        ),
    ],
)
def test_a_function_of_the_project_is_found_however_it_is_imported(statement: str, expression: str) -> None:
    others = {
        "shop": "",
        "shop__functions": "def send(ctx): ...",
        "shop__door": "from .functions import send\npost = send",
    }
    assert meaning(expression, scope(statement, **others)) == "shop.functions:send"


def test_a_package_gives_what_its_init_imports() -> None:
    others = {"shop": "from .functions import send as post", "shop__functions": "def send(ctx): ..."}
    assert meaning("shop.post", scope("import shop", "main", **others)) == "shop.functions:send"


def test_all_hides_from_stars_what_it_does_not_list() -> None:
    others = {"lib": "__all__ = ['one']\n__all__ += ['two']\none, two, three, _four = 1, 2, 3, 4"}
    names = scope("from lib import *", "main", **others)
    assert [meaning(each, names) for each in ("one", "two", "three")] == ["= 1", "= 2", "?"]


def test_without_all_a_star_brings_everything_but_names_with_an_underscore() -> None:
    names = scope("from lib import *", "main", lib="one, _two = 1, 2")
    assert [meaning(each, names) for each in ("one", "_two")] == ["= 1", "?"]


@pytest.mark.parametrize(
    ("text", "expression", "expected"),
    [
        ("A = 'a'", "A", "= 'a'"),
        ("A = 'a'\nB = A + '.b' + '.c'", "B", "= 'a.b.c'"),
        ("A = 'a'", "f'{A}.b'", "= 'a.b'"),
        ("A = 5", "-A", "= -5"),
        ("A = 'a'\nA = 'b'", "A", "?"),
        ("A = 'a'\ndef f():\n    global A\n    A = 'b'", "A", "?"),
        ("for A in 'abc': ...", "A", "?"),
        ("A = 1\nA += 1", "A", "?"),
        ("A, B = 'a', 'b'", "B", "= 'b'"),
        ("A: str = 'a'", "A", "= 'a'"),
        ("if input():\n    A = 'a'\nelse:\n    A = 'b'", "A", "?"),
        ("A = A", "A", "?"),
        ("A = B\nB = A", "A", "?"),
        ("class Names:\n    SEND = 'email.send'", "Names.SEND", "= 'email.send'"),
        ("import enum\nclass Names(enum.Enum):\n    SEND = 'email.send'", "Names.SEND.value", "= 'email.send'"),
        ("class Base:\n    SEND = 'a'\nclass Names(Base): ...", "Names.SEND", "= 'a'"),
    ],
)
def test_constants_are_what_is_bound_once_to_what_is_written(text: str, expression: str, expected: str) -> None:
    assert meaning(expression, scope(text)) == expected


def test_constants_of_other_modules_are_known() -> None:
    names = scope("from .names import PREFIX\nfrom . import names", shop="", shop__names="PREFIX = 'a' + 'b'")
    assert meaning("PREFIX + names.PREFIX", names) == "= 'abab'"


def test_the_last_definition_of_a_name_wins() -> None:
    names = scope("import sys\nif sys.platform == 'x':\n    def f(): ...\nelse:\n    def f(a): ...")
    found = names.resolve(ast.Name("f"))
    assert isinstance(found, Definition)
    assert found.node.lineno == 5


CLASSES = """
    import httpx
    class Base:
        def total(self): ...
    class Order(Base):
        class Line: ...
        def pay(self):
            return self.total
        @staticmethod
        def plain(self): ...
    def body(ctx, order: Order, client: "httpx.AsyncClient"):
        made = Order()
        async def inner(): ...
        with httpx.Client() as entered: ...
        time = 3
        [each for each in ()]
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Order.pay", "shop.app:Order.pay"),
        ("Order.total", "shop.app:Base.total"),
        ("Order.Line", "shop.app:Order.Line"),
        ("order.pay", "shop.app:Order.pay"),
        ("made.total", "shop.app:Base.total"),
        ("inner", "shop.app:body.<locals>.inner"),
        ("client.get", "httpx.AsyncClient.get"),
        ("entered.get", "httpx.Client.get"),
        ("httpx.AsyncClient().get", "httpx.AsyncClient.get"),
        ("time", "= 3"),
        ("ctx", "?"),
        ("ctx.workflow.do", "?"),
        ("each", "?"),
        ("body", "shop.app:body"),
    ],
)
def test_local_names_hide_others_and_objects_have_the_methods_of_their_class(expression: str, expected: str) -> None:
    names = scope(CLASSES)
    body = names.resolve(ast.Name("body"))
    assert isinstance(body, Definition)
    assert meaning(expression, names.inside(body)) == expected


def test_self_is_an_object_of_the_class_that_a_method_is_in() -> None:
    names = scope(CLASSES)
    pay = names.resolve(ast.parse("Order.pay", mode="eval").body)
    assert isinstance(pay, Definition)
    inside = names.inside(pay)
    assert inside.qualname == "Order.pay"
    assert meaning("self.total", inside) == "shop.app:Base.total"


def test_a_field_does_not_mean_itself() -> None:
    names = scope("from datetime import date\nclass Order:\n    date: date | None = None\n    LIMIT = 3")
    order = names.resolve(ast.Name("Order"))
    assert isinstance(order, Definition)
    assert meaning("date", names.inside(order)) == "datetime.date"
    assert meaning("LIMIT", names.inside(order)) == "= 3"


def test_what_a_name_is_bound_to_is_found_through_imports_with_the_scope_to_read_it_in() -> None:
    others = {
        "shop": "",
        "shop__types": "from .deeper import UserId",
        "shop__deeper": "import typing as t\nUserId = t.NewType('UserId', int)",
    }
    found = scope("from shop.types import UserId", **others).binding(ast.Name("UserId"))
    assert found is not None
    assert (ast.unparse(found[0]), found[1].module) == ("t.NewType('UserId', int)", "shop.deeper")


def test_a_variable_has_the_name_of_the_module_that_binds_it() -> None:
    others = {"shop": "", "shop__state": "CACHE = {}\ndef f(): ..."}
    names = scope("from shop.state import CACHE, f\nfrom shop import state\nMINE = []", **others)
    expressions = ["CACHE", "state.CACHE", "MINE", "f", "state", "print"]
    found = [names.variable_of(ast.parse(each, mode="eval").body) for each in expressions]
    assert found == ["shop.state.CACHE", "shop.state.CACHE", "shop.app.MINE", None, None, None]


def test_modules_that_import_each_other_are_no_trouble() -> None:
    first = "from .b import x, f\nfrom .b import *"
    second = "from .a import x, y\nfrom .a import *\ndef f(): ..."
    others = {"shop": "", "shop__a": first, "shop__b": second}
    names = scope("from .a import x, f, y\nfrom .a import *", **others)
    assert [meaning(each, names) for each in ("x", "y", "f", "z")] == ["?", "?", "shop.b:f", "?"]
    assert names.variable_of(ast.Name("x")) is None
    assert names.binding(ast.Name("x")) is None


def test_a_class_may_have_itself_as_a_base() -> None:
    assert meaning("A.x", scope("class A(B): ...\nclass B(A): ...")) == "?"


def test_a_thousand_names_for_one_thing_are_too_many_but_no_error() -> None:
    text = "a0 = 'x'\n" + "\n".join(f"a{number + 1} = a{number}" for number in range(1_000))
    assert meaning("a20", scope(text)) == "= 'x'"
    assert meaning("a1000", scope(text)) == "?"


def test_too_many_dots_lead_nowhere() -> None:
    assert meaning("x", scope("from ...... import x")) == "?"


def test_a_script_means_the_modules_beside_it() -> None:
    others = {"jobs__functions": "def send(): ...", "jobs__logging": "def info(): ..."}
    names = scope("from functions import send\nimport logging", "jobs.main", **others)
    assert meaning("send", names) == "jobs.functions:send"
    assert meaning("logging.info", names) == "logging.info"


def test_a_file_that_is_missing_is_as_good_as_a_library() -> None:
    names = scope("from shop.generated.types import WorkflowContext", shop="")
    assert meaning("WorkflowContext", names) == "shop.generated.types.WorkflowContext"
