"""Branches at once: what is gathered, and the tasks of a group."""

import ast
from collections.abc import Sequence

from pikku.inspector.bodies.block import Block, Entry, Fate, Use
from pikku.inspector.bodies.following import follow
from pikku.inspector.bodies.reading import Frame
from pikku.inspector.bodies.texts import text_of
from pikku.inspector.bodies.values import Arguments, Callee, Value
from pikku.inspector.names.symbols import External
from pikku.model.graph import Fanout, Parallel


def is_task_group(frame: Frame, context: ast.expr) -> bool:
    """Whether `async with` enters a `TaskGroup`."""
    made = context.func if isinstance(context, ast.Call) else context
    return frame.environment.resolve(made) in (External("asyncio.TaskGroup"), External("asyncio.taskgroups.TaskGroup"))


def gather(frame: Frame, call: ast.Call, use: Use) -> None:
    """`gather(a, b, *more)`: coroutines that were kept in variables are taken from where they were made."""
    arguments = _spread(call)
    outputs = _outputs(use.output, arguments)
    blocks: list[Block] = []
    for argument, output in zip(arguments, outputs, strict=True):
        kept = argument.value if isinstance(argument, ast.Starred) else argument
        if isinstance(kept, ast.Name):
            blocks.extend(_kept_in(frame, kept.id))
        with frame.into_block() as block:
            frame.evaluate(argument, Use(Fate.KEPT, output))
        blocks.append(block)
    for keyword in call.keywords:
        frame.evaluate(keyword.value)
    add_children(frame, call, blocks, use, is_gathered=True)


def _spread(call: ast.Call) -> list[ast.expr]:
    """The arguments; those of `*[a, b]` are as good as written one by one."""
    found: list[ast.expr] = []
    for argument in call.args:
        if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.List | ast.Tuple):
            found.extend(argument.value.elts)
        else:
            found.append(argument)
    return found


def _outputs(output: ast.expr | None, arguments: Sequence[ast.expr]) -> list[ast.expr | None]:
    """The variables that the results of several go into."""
    if isinstance(output, ast.Tuple | ast.List) and len(output.elts) == len(arguments):
        starred = any(isinstance(each, ast.Starred) for each in (*output.elts, *arguments))
        return list(output.elts) if not starred else [None] * len(arguments)
    return [None] * len(arguments)


def _kept_in(frame: Frame, name: str) -> list[Block]:
    """The coroutines of this block that are kept in the variable, each as a child."""
    taken = frame.block.take(lambda entry: entry.fate is Fate.KEPT and entry.owner == name)
    return [_block_of([entry]) for entry in taken]


def add_children(frame: Frame, node: ast.AST, blocks: list[Block], use: Use, *, is_gathered: bool = False) -> None:
    """Put blocks into the block of the frame: what is awaited meanwhile first, then side by side what is kept."""
    kept: list[Block] = []
    for block in blocks:
        frame.block.entries.extend(block.take(lambda entry: entry.fate is not Fate.KEPT))
        if block.entries:
            kept.append(block)
    if len(kept) <= 1:
        for entry in (entry for block in kept for entry in block.entries):
            frame.block.entries.append(Entry(entry.node, use.fate, use.owner or entry.owner) if is_gathered else entry)
        return
    parallel = Parallel(place=frame.place(node), children=tuple(block.nodes for block in kept))
    frame.block.add(parallel, use.fate, use.owner)


def group_tasks(frame: Frame, node: ast.AST, block: Block) -> None:
    """The body of a `TaskGroup`: each task is a child, and what is awaited behind the first of them is one more."""
    first = next((at for at, entry in enumerate(block.entries) if entry.fate is Fate.KEPT), len(block.entries))
    frame.block.entries.extend(block.entries[:first])
    rest = block.entries[first:]
    tasks = [[entry] for entry in rest if entry.fate is Fate.KEPT]
    meanwhile = [entry for entry in rest if entry.fate is not Fate.KEPT]
    children = [*tasks, meanwhile] if meanwhile else tasks
    if len(children) <= 1:
        frame.block.entries.extend(Entry(entry.node, Fate.AWAITED) for child in children for entry in child)
        return
    nodes = tuple(tuple(entry.node for entry in child) for child in children)
    frame.block.add(Parallel(place=frame.place(node), children=nodes), Fate.AWAITED)


def map_over(frame: Frame, call: ast.Call, callee: Value | None, use: Use) -> None:
    """`map(function, items)`: the function for each item."""
    over = call.args[1:]
    with frame.repeated(call), frame.into_block() as block, frame.perhaps():
        if isinstance(callee, Callee):
            follow(frame, callee, call, Arguments(), use.kept())
    if block.entries:
        node = callee.definition.node if isinstance(callee, Callee) else None
        parameters = node.args.args if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) else []
        item = parameters[-1].arg if parameters else "item"
        source = ", ".join(map(text_of, over))
        mode = "sequential" if block.fate is Fate.AWAITED else "parallel"
        fanout = Fanout(place=frame.place(call), mode=mode, item=item, source=source, steps=block.nodes)  # type: ignore[arg-type]
        frame.block.add(fanout, block.fate, use.owner)


def _block_of(entries: list[Entry]) -> Block:
    block = Block()
    block.entries = entries
    return block
