"""Bodies in a text, read as those of a project."""

import ast
from textwrap import dedent

import msgspec

from pikku.inspector.bodies import Body, read_body
from pikku.inspector.listing import SourceFile
from pikku.inspector.names.codebase import Codebase
from pikku.inspector.names.scope import ModuleScope
from pikku.inspector.names.symbols import Definition
from pikku.model.graph import Node

BEGINNING = """\
import asyncio
import functools
from functools import partial

from pikku import Context, WorkflowContext, func, workflow_func


@func
async def charge(ctx, data): ...


@func(name="email.send")
async def send_email(ctx, data): ...


"""


def read(source: str, name: str = "body", **others: str) -> Body:
    """The body of that name in the module `flows`, whose source is given; `others` are modules beside it."""
    texts = {"flows": BEGINNING + dedent(source), **{module: dedent(text) for module, text in others.items()}}
    return read_module(texts, "flows", name)


def read_module(texts: dict[str, str], module: str, name: str) -> Body:
    """The body of that name in one of the modules."""
    files = [SourceFile(f"{each.replace('.', '/')}.py", each, is_package=False, is_inspected=True) for each in texts]
    codebase = Codebase(files, {each.file: texts[each.module].encode() for each in files})
    outline = codebase.outline(module)
    assert outline is not None
    found = next(each for each in ast.walk(outline.tree) if getattr(each, "name", None) == name)
    assert isinstance(found, (ast.FunctionDef, ast.AsyncFunctionDef))
    scope = ModuleScope(codebase, outline)
    return read_body(Definition(module, name, found), scope, found.args.args[0].arg)


def plain(steps: tuple[Node, ...]) -> list[dict[str, object]]:
    """Nodes as JSON has them, without their places."""
    without: list[dict[str, object]] = msgspec.json.decode(msgspec.json.encode(steps))
    _forget_places(without)
    return without


def _forget_places(value: object) -> None:
    if isinstance(value, dict):
        value.pop("place", None)
        for part in value.values():
            _forget_places(part)
    elif isinstance(value, list):
        for part in value:
            _forget_places(part)
