"""What diagnostics say, and what is done once for many."""

import ast
from pathlib import Path

from pikku.inspector.contents import read_contents
from pikku.inspector.inspection import inspect
from pikku.inspector.listing import list_files
from pikku.inspector.names.codebase import Codebase
from pikku.inspector.names.scope import module_scope
from pikku.inspector.names.symbols import Definition
from pikku.inspector.project import Project
from pikku.inspector.rules import changes_in
from pikku.inspector.rules.checking import check_determinism
from pikku.model.diagnostic import Diagnostic

SRC = Path(__file__).parents[2] / "src"
HEAD = "import time\n\nfrom pikku import Services, WorkflowContext, workflow\n\n"


def test_a_finding_in_a_helper_tells_where_the_body_leads_there(tmp_path: Path) -> None:
    [found] = diagnostics(
        tmp_path,
        """
def inner() -> float:
    return time.time()

def outer() -> float:
    return inner()

@workflow(name="timed")
async def timed(ctx: WorkflowContext[Services]) -> float:
    return outer()
""",
    )
    assert (found.place.line, found.place.column) == (7, 12)
    assert found.message == (
        "`time.time` tells another time at every replay (executed by the workflow, which calls it at example.py:14)"
    )


def test_the_fix_is_the_call_in_a_step(tmp_path: Path) -> None:
    [found] = diagnostics(tmp_path, body("return time.time()", "float"))
    assert found.fix == 'do it in a step: `await ctx.workflow.do("Look at the clock", lambda: time.time())`'


def test_a_fix_stores_nothing_that_cannot_be_stored(tmp_path: Path) -> None:
    [found] = diagnostics(tmp_path, body("open('x').read()"))
    assert found.fix == (
        'do it in a step: give `ctx.workflow.do("Read the file", …)` a function that returns what the body needs of it'
    )


def test_an_unknown_function_has_the_nearest_names(tmp_path: Path) -> None:
    function = "from pikku import Context, func\n\n@func\ndef send_email(ctx: Context[Services]) -> None: ...\n"
    [found] = diagnostics(tmp_path, function + body('await ctx.workflow.do("send", "send_mail")'))
    assert (found.message, found.fix) == ("there is no function 'send_mail'", "did you mean 'send_email'?")


def test_a_wrong_duration_says_what_is_accepted(tmp_path: Path) -> None:
    [found] = diagnostics(tmp_path, body('await ctx.workflow.sleep("5 fortnights")'))
    assert "'5 fortnights' is not a duration" in found.message
    assert "'2h30m'" in found.message


def test_a_helper_of_two_bodies_is_found_once(tmp_path: Path) -> None:
    helper = "def now() -> float:\n    return time.time()\n"
    found = diagnostics(tmp_path, helper + body("now()", name="one") + body("now()", name="two"))
    assert [each.code for each in found] == ["PKU801"]


def test_functions_that_call_each_other_come_to_an_end(tmp_path: Path) -> None:
    text = """
def ping() -> float:
    return pong()

def pong() -> float:
    return ping() + time.time()
"""
    assert [each.code for each in diagnostics(tmp_path, text + body("return ping()", "float"))] == ["PKU801"]


def test_what_functions_change_and_what_they_do_not() -> None:
    tree = ast.parse("""
CACHE, COUNT, TABLE = {}, 0, {}
TABLE["a"] = 1

def change(given, own=None):
    global COUNT
    COUNT += 1
    CACHE["a"] = given
    state.FLAGS.add(given)
    own = []
    own.append(given)
    given.clear()
    return TABLE["a"]
""")
    assert changes_in(tree) == ("CACHE", "COUNT", "state", "state.FLAGS")


def test_any_function_can_be_checked_as_if_it_were_a_body() -> None:
    project = Project(SRC, sources=(SRC / "pikku" / "runtime",))
    listing = list_files(project)
    codebase = Codebase(listing.files, read_contents(SRC, listing).bytes_by_file)
    for file in listing.files:
        scope, outline = module_scope(codebase, file.module), codebase.outline(file.module)
        assert scope is not None
        assert outline is not None
        for node in ast.walk(outline.tree):
            if file.is_inspected and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                definition = Definition(file.module, getattr(node, "name", "<lambda>"), node)
                assert all(each.message for each in check_determinism(definition, scope.inside(definition)))


def diagnostics(folder: Path, text: str) -> tuple[Diagnostic, ...]:
    file = folder / "example.py"
    file.write_text(HEAD + text, "utf-8")
    return inspect(Project(folder, sources=(file,))).diagnostics


def body(line: str, returns: str = "None", name: str = "example") -> str:
    return f'\n@workflow(name="{name}")\nasync def {name}(ctx: WorkflowContext[Services]) -> {returns}:\n    {line}\n'
