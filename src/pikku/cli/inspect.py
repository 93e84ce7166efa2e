"""`pikku inspect`: what an application consists of, and the steps of a workflow, from the source."""

import sys
from collections.abc import Callable, Sequence

import click
import msgspec

from pikku.cli.inspecting import inspected, tell_of_errors
from pikku.cli.json_output import print_json
from pikku.cli.log import verbose_option
from pikku.cli.options import json_option
from pikku.cli.printable import printable
from pikku.cli.tables import Column, print_fields, print_table
from pikku.cli.terminal import Cell, printer, tell, write_text
from pikku.codegen.diagrams import Line, dot, mermaid, tree
from pikku.codegen.diagrams.tree import KIND_WIDTH
from pikku.model.errors import nearest
from pikku.model.graph import Node
from pikku.model.manifest import ApplicationInfo, FunctionInfo, Manifest, TypeRef, WorkflowInfo
from pikku.model.place import Place

KIND_STYLES = {"rpc": "blue", "inline": "green", "sleep": "yellow"}

WORKFLOWS = (Column("workflow"), Column("steps"), Column("input"), Column("output"), Column("tags"), Column("at"))
FUNCTIONS = (Column("function"), Column("data"), Column("result"), Column("at"))
QUEUE_WORKERS = (Column("queue"), Column("function"), Column("at"))
APPLICATIONS = (Column("application"), Column("includes"), Column("services"), Column("at"))


@click.command("inspect", short_help="Show what the source says: workflows, their steps, functions.")
@click.argument("name", required=False)
@json_option
@click.option("--mermaid", "form", flag_value="mermaid", help="Print the steps as a Mermaid flowchart.")
@click.option("--dot", "form", flag_value="dot", help="Print the steps as a graph for Graphviz.")
@verbose_option
def inspect_(name: str | None, as_json: bool, form: str | None) -> None:
    """Show what the source under the current folder says. Nothing of it is executed.

    Without NAME: the applications, workflows, functions and queue workers. With the name of a workflow: its steps. With
    the name of a function: its types.
    """
    if as_json and form:
        raise click.UsageError(f"print either --json or --{form}")
    found = inspected()
    shown = found.manifest if name is None else _called(name, found.manifest)
    if form is not None:
        _print_diagram(shown, {"mermaid": mermaid, "dot": dot}[form])
    elif as_json:
        print_json(msgspec.to_builtins(shown))
    else:
        _print(shown)
    tell_of_errors(found.diagnostics)


def _called(name: str, manifest: Manifest) -> WorkflowInfo | FunctionInfo:
    known: list[WorkflowInfo | FunctionInfo] = [*manifest.workflows, *manifest.functions]
    for each in known:
        if each.name == name:
            return each
    names = [each.name for each in known]
    hint = nearest(name, names) if names else "; there are no workflows and functions under the current folder"
    raise click.UsageError(f"there is no workflow or function called {name!r}{hint}")


def _print_diagram(shown: Manifest | WorkflowInfo | FunctionInfo, draw: Callable[[str, Sequence[Node]], str]) -> None:
    if isinstance(shown, FunctionInfo):
        raise click.UsageError(f"{shown.name!r} is a function, and has no steps")
    if isinstance(shown, Manifest):
        if len(shown.workflows) != 1:
            raise click.UsageError("a diagram is of one workflow; give its name")
        [shown] = shown.workflows
    write_text(sys.stdout, draw(shown.name, shown.steps))


def _print(shown: Manifest | WorkflowInfo | FunctionInfo) -> None:
    match shown:
        case Manifest():
            _print_manifest(shown)
        case WorkflowInfo():
            _print_workflow(shown)
        case FunctionInfo():
            _print_function(shown)


def _print_manifest(manifest: Manifest) -> None:
    tables = [
        (APPLICATIONS, [_application_row(each) for each in manifest.applications]),
        (WORKFLOWS, [_workflow_row(each) for each in manifest.workflows]),
        (FUNCTIONS, [_row(each.name, _type(each.data), _type(each.result), each.place) for each in manifest.functions]),
        (QUEUE_WORKERS, [_row(each.queue_name, each.function, each.place) for each in manifest.queue_workers]),
    ]
    filled = [table for table in tables if table[1]]
    for number, (columns, rows) in enumerate(filled):
        if number:
            printer(sys.stdout)([])
        print_table(columns, rows)
    if not filled:
        tell("no workflows and functions under the current folder")


def _application_row(application: ApplicationInfo) -> list[Cell]:
    address = f"{application.module}:{application.variable}"
    return _row(address, ", ".join(application.include), _type(application.services), application.place)


def _workflow_row(workflow: WorkflowInfo) -> list[Cell]:
    steps = str(sum(bool(line.kind) for line in tree(workflow.steps)))
    types = _type(workflow.input), _type(workflow.output)
    return _row(workflow.name, steps, *types, ", ".join(workflow.tags), workflow.place)


def _row(*values: str | Place) -> list[Cell]:
    return [Cell(_at(value) if isinstance(value, Place) else printable(value)) for value in values]


def _print_workflow(workflow: WorkflowInfo) -> None:
    fields = [
        ("workflow", workflow.name),
        ("about", workflow.description or ""),
        ("function", f"{workflow.module}.{workflow.qualname}"),
        ("at", _at(workflow.place)),
        ("wired at", _at(workflow.wired_at)),
        ("input", _type(workflow.input)),
        ("output", _type(workflow.output)),
        ("tags", ", ".join(workflow.tags)),
        ("mode", workflow.execution_mode or ""),
        ("version", workflow.version or ""),
        ("docs", workflow.docs or ""),
        ("hash", workflow.graph_hash),
    ]
    _print_texts(fields)
    print_line = printer(sys.stdout)
    for line in tree(workflow.steps):
        print_line(_cells(line))


def _cells(line: Line) -> list[Cell]:
    kind = f"{line.kind:<{KIND_WIDTH}}" if line.kind else ""
    title = Cell(line.title, "bold" if line.kind else "")
    gap = "  " if line.detail else ""
    return [
        Cell(line.rails, "dim"),
        Cell(kind, KIND_STYLES.get(line.kind, "")),
        title,
        Cell(f"{gap}{line.detail}", "dim"),
    ]


def _print_function(function: FunctionInfo) -> None:
    fields = [
        ("function", function.name),
        ("about", function.description or ""),
        ("in", f"{function.module}.{function.qualname}"),
        ("at", _at(function.place)),
        ("data", _type(function.data)),
        ("result", _type(function.result)),
        ("raises", ", ".join(function.raises)),
    ]
    _print_texts(fields)


def _print_texts(fields: Sequence[tuple[str, str]]) -> None:
    print_fields([(name, [Cell(printable(text))]) for name, text in fields if text])


def _type(reference: TypeRef | None) -> str:
    return "" if reference is None else reference.text


def _at(place: Place) -> str:
    return f"{printable(place.file)}:{place.line}"
