"""The steps of a workflow as a tree of lines, in the order of the source."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, assert_never

from pikku.codegen.diagrams.wording import (
    end_words,
    fanout_head,
    loop_head,
    one_line,
    step_action,
    step_options,
    step_title,
)
from pikku.model.graph import (
    Branch,
    Break,
    Cancel,
    Fanout,
    Helper,
    InlineStep,
    Loop,
    NameForm,
    Node,
    Parallel,
    Raise,
    Return,
    RpcStep,
    SleepStep,
    Step,
    Switch,
    Try,
)


class Line(NamedTuple):
    """One line: `rails` lead to it, `kind` is `rpc`, `inline`, `sleep`, or empty for what is no step."""

    rails: str
    kind: str
    title: str
    detail: str = ""

    def __str__(self) -> str:
        kind = f"{self.kind:<{KIND_WIDTH}}" if self.kind else ""
        return f"{self.rails}{kind}{self.title}{'  ' if self.detail else ''}{self.detail}"


KIND_WIDTH = len("inline") + 2


class _Twig(NamedTuple):
    kind: str
    title: str
    detail: str = ""
    twigs: "tuple[_Twig, ...]" = ()


def tree(steps: Sequence[Node]) -> list[Line]:
    """All lines."""
    return list(_lines(_twigs(steps), ""))


def _lines(twigs: Sequence[_Twig], rails: str) -> Iterator[Line]:
    for number, twig in enumerate(twigs, 1):
        is_last = number == len(twigs)
        yield Line(f"{rails}{'└─ ' if is_last else '├─ '}", twig.kind, twig.title, twig.detail)
        yield from _lines(twig.twigs, f"{rails}{'   ' if is_last else '│  '}")


def _twigs(steps: Sequence[Node]) -> tuple[_Twig, ...]:
    return tuple(twig for node in steps for twig in _twigs_of(node))


def _twigs_of(node: Node) -> list[_Twig]:
    match node:
        case RpcStep() | InlineStep() | SleepStep():
            return [_step(node)]
        case Branch() | Switch() | Loop() | Try():
            return _compound(node)
        case Fanout():
            return [_Twig("", fanout_head(node), "", _twigs(node.steps))]
        case Parallel():
            return [_Twig("", "at once", "", tuple(_way(steps) for steps in node.children))]
        case Helper():
            return [_Twig("", one_line(node.name), one_line(node.note or ""), _twigs(node.steps))]
        case Return() | Raise() | Cancel():
            return [_Twig("", end_words(node))]
        case Break():
            return [_Twig("", node.form)]
        case _ as never:
            assert_never(never)


def _step(step: Step) -> _Twig:
    kind = {RpcStep: "rpc", InlineStep: "inline", SleepStep: "sleep"}[type(step)]
    result = f"→ {one_line(step.output_var)}" if step.output_var else ""
    is_in_title = step.name_form is NameForm.DYNAMIC
    description = f"# {one_line(step.description)}" if step.description and not is_in_title else ""
    details = (step_action(step), step_options(step), result, description)
    return _Twig(kind, step_title(step), "  ".join(filter(None, details)))


def _way(steps: Sequence[Node]) -> _Twig:
    """One of several ways that are gone at once: its only step, or its steps under a line of their own."""
    twigs = _twigs(steps)
    return twigs[0] if len(twigs) == 1 else _Twig("", "one after the other", "", twigs)


def _compound(node: Branch | Switch | Loop | Try) -> list[_Twig]:
    """A statement, its clauses one below the other as in the source."""
    match node:
        case Branch():
            heads = ["if", *["elif"] * (len(node.branches) - 1)]
            ways = zip(heads, node.branches, strict=True)
            clauses = [_Twig("", one_line(f"{head} {case.condition}"), "", _twigs(case.steps)) for head, case in ways]
            return [*clauses, *_clause("else", node.else_steps)]
        case Switch():
            cases = [_Twig("", one_line(f"case {case.condition}"), "", _twigs(case.steps)) for case in node.cases]
            return [_Twig("", one_line(f"match {node.expression}"), "", tuple(cases))]
        case Loop():
            return [_Twig("", loop_head(node), "", _twigs(node.steps)), *_clause("else", node.else_steps)]
        case Try():
            handlers = [_Twig("", one_line(f"except {each.catches}"), "", _twigs(each.steps)) for each in node.handlers]
            ends = [*_clause("else", node.else_steps), *_clause("finally", node.finally_steps)]
            return [_Twig("", "try", "", _twigs(node.steps)), *handlers, *ends]


def _clause(head: str, steps: Sequence[Node]) -> list[_Twig]:
    return [_Twig("", head, "", _twigs(steps))] if steps else []
