"""The steps of a workflow as a graph for Graphviz: `pikku inspect NAME --dot | dot -Tsvg`."""

from collections.abc import Iterator, Sequence

from pikku.codegen.diagrams.drawing import flow_of
from pikku.codegen.diagrams.flow import Arrow, Box, Flow, Group, Look, Part
from pikku.codegen.diagrams.wording import one_line
from pikku.model.graph import Node

_SHAPES = {
    Look.START: 'shape=box, style="rounded"',
    Look.END: 'shape=box, style="rounded"',
    Look.RPC: 'shape=box, style="filled", fillcolor="#dbeafe"',
    Look.INLINE: 'shape=box, style="rounded,filled", fillcolor="#f3f4f6"',
    Look.SLEEP: 'shape=parallelogram, style="filled", fillcolor="#fef3c7"',
    Look.DECISION: "shape=diamond",
    Look.LOOP: "shape=hexagon",
    Look.OTHER: "shape=box",
}


def dot(name: str, steps: Sequence[Node]) -> str:
    """The graph of the workflow of that name, ending with a newline."""
    flow = flow_of(name, steps)
    lines = [
        f"digraph {_quoted(one_line(name))} {{",
        *_indented(
            ["compound=true", 'node [fontname="sans-serif", fontsize=11]', 'edge [fontname="sans-serif", fontsize=10]']
        ),
        *_indented(_parts(flow.parts)),
        *_indented(_arrow(arrow, flow) for arrow in flow.arrows),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _parts(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Box):
            yield f"{part.id} [label={_quoted(*part.lines)}, {_SHAPES[part.look]}]"
        else:
            yield f"subgraph cluster_{part.id} {{"
            yield from _indented([f"label={_quoted(part.title)}", 'fontname="sans-serif"', "fontsize=10"])
            yield from _indented(_parts(part.parts))
            yield "}"


def _arrow(arrow: Arrow, flow: Flow) -> str:
    start, settings = arrow.start, []
    group = _group(flow.parts, arrow.start)
    if group is not None:  # Graphviz has no arrows from clusters, only such that are cut off at their border
        start = next(Flow(group.parts, ()).boxes()).id
        settings.append(f"ltail=cluster_{group.id}")
    if arrow.label:
        settings.append(f"label={_quoted(arrow.label)}")
    if arrow.is_dotted:
        settings.append("style=dashed")
    return f"{start} -> {arrow.end}" + (f" [{', '.join(settings)}]" if settings else "")


def _group(parts: Sequence[Part], wanted: str) -> Group | None:
    groups = [part for part in parts if isinstance(part, Group)]
    for group in groups:
        found = group if group.id == wanted else _group(group.parts, wanted)
        if found is not None:
            return found
    return None


def _indented(lines: "Iterator[str] | Sequence[str]") -> Iterator[str]:
    return (f"    {line}" for line in lines)


def _quoted(*lines: str) -> str:
    escaped = "\\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return f'"{escaped}"'
