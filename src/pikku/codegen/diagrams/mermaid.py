"""The steps of a workflow as a Mermaid flowchart, as GitHub and many wikis show it."""

import re
from collections.abc import Iterator, Sequence

from pikku.codegen.diagrams.drawing import flow_of
from pikku.codegen.diagrams.flow import Arrow, Box, Flow, Look, Part
from pikku.model.graph import Node

_FRAMES = {
    Look.START: ("([", "])"),
    Look.END: ("([", "])"),
    Look.RPC: ("[", "]"),
    Look.INLINE: ("(", ")"),
    Look.SLEEP: ("[/", "/]"),
    Look.DECISION: ("{", "}"),
    Look.LOOP: ("{{", "}}"),
    Look.OTHER: ("[", "]"),
}

# What Mermaid, its Markdown or HTML would obey: `direction LR` even in a text. An underscore within a name does no harm.
_OBEYED = re.compile(r"[^\w .,()+/=?!'…→-]|\b_|_\b|^\s*(?:\d+[.)]|[-+])|d(?=irection\s)")
_EMPTY = "#160;"  # Mermaid takes no empty text
_STYLES = (
    "classDef rpc fill:#dbeafe,stroke:#2563eb,color:#111827",
    "classDef inline fill:#f3f4f6,stroke:#6b7280,color:#111827",
    "classDef sleep fill:#fef3c7,stroke:#d97706,color:#111827",
)


def mermaid(name: str, steps: Sequence[Node]) -> str:
    """The flowchart of the workflow of that name, ending with a newline."""
    flow = flow_of(name, steps)
    lines = ["flowchart TD", *_indented(_parts(flow.parts)), *_indented(map(_arrow, flow.arrows)), *_classes(flow)]
    return "\n".join(lines) + "\n"


def _parts(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Box):
            before, after = _FRAMES[part.look]
            yield f'{part.id}{before}"{"<br/>".join(map(_escaped, part.lines)) or _EMPTY}"{after}'
        else:
            yield f'subgraph {part.id}["{_escaped(part.title)}"]'
            yield from _indented(_parts(part.parts))
            yield "end"


def _arrow(arrow: Arrow) -> str:
    line = "-.->" if arrow.is_dotted else "-->"
    label = f'|"{_escaped(arrow.label)}"|' if arrow.label else ""
    return f"{arrow.start} {line}{label} {arrow.end}"


def _classes(flow: Flow) -> Iterator[str]:
    for style in _STYLES:
        look = style.split(" ")[1]
        ids = [box.id for box in flow.boxes() if box.look == look]
        if ids:
            yield f"    {style}"
            yield f"    class {','.join(ids)} {look}"


def _indented(lines: "Iterator[str] | map[str]") -> Iterator[str]:
    return (f"    {line}" for line in lines)


def _escaped(text: str) -> str:
    return _OBEYED.sub(lambda match: "".join(f"#{ord(each)};" for each in match[0]), text) or _EMPTY
