"""From the steps of a workflow to boxes and arrows.

What ends the body, as `return` does, has a box of its own, and no way on. It is not drawn that such an end leads through
`finally` first.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, assert_never

from pikku.codegen.diagrams.flow import Arrow, Box, Flow, Group, Look, Part
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

LOOKS = {RpcStep: Look.RPC, InlineStep: Look.INLINE, SleepStep: Look.SLEEP}
ALWAYS = ("_", "True", "1")


class _End(NamedTuple):
    """Where a way stops so far; what comes next begins with an arrow from there."""

    id: str
    label: str = ""
    is_dotted: bool = False


_Ends = list[_End]


class _Jumps(NamedTuple):
    """The ways out of a loop, by `break` and by `continue`."""

    breaks: _Ends
    continues: _Ends


def flow_of(name: str, steps: Sequence[Node]) -> Flow:
    """The whole workflow, from its name to its end."""
    drawing = _Drawing()
    ends = drawing.box(Look.START, [one_line(name)], [])
    ends = drawing.sequence(steps, ends)
    if ends:
        drawing.box(Look.END, ["end"], ends)
    return drawing.finished()


class _Drawing:
    """Each method draws a part behind the given ends, and returns the ends of it."""

    def __init__(self) -> None:
        self._parts: list[list[Part]] = [[]]
        self._arrows: list[Arrow] = []
        self._jumps: list[_Jumps] = []
        self._returns: list[_Ends] = []
        self._boxes = self._groups = 0

    def finished(self) -> Flow:
        return Flow(tuple(self._parts[0]), tuple(self._arrows))

    def box(self, look: Look, lines: Sequence[str], ends: _Ends) -> _Ends:
        self._boxes += 1
        box = Box(f"n{self._boxes}", look, tuple(line for line in lines if line))
        self._parts[-1].append(box)
        self._lead(ends, box.id)
        return [_End(box.id)]

    def sequence(self, steps: Sequence[Node], ends: _Ends) -> _Ends:
        for node in steps:
            ends = self._node(node, ends)
        return ends

    def _node(self, node: Node, ends: _Ends) -> _Ends:
        match node:
            case RpcStep() | InlineStep() | SleepStep():
                return self._step(node, ends)
            case Branch() | Switch():
                return self._choice(node, ends)
            case Loop():
                return self._loop(node, ends)
            case Fanout() | Parallel() | Try() | Helper():
                return self._frame(node, ends)
            case Return() | Raise() | Cancel() | Break():
                return self._leap(node, ends)
            case _ as never:
                assert_never(never)

    def _frame(self, node: Fanout | Parallel | Try | Helper, ends: _Ends) -> _Ends:
        match node:
            case Fanout():
                return self._fanout(node, ends)
            case Parallel():
                return self._parallel(node, ends)
            case Try():
                return self._try(node, ends)
            case Helper():
                return self._helper(node, ends)

    def _leap(self, node: Return | Raise | Cancel | Break, ends: _Ends) -> _Ends:
        """What ends the body, a helper or a pass; nothing comes next."""
        if isinstance(node, Break):
            return self._jump(node, ends)
        if isinstance(node, Return) and self._returns:
            self._returns[-1].extend(self.box(Look.OTHER, [end_words(node)], ends))
        else:
            self.box(Look.END, [end_words(node)], ends)
        return []

    def _step(self, step: Step, ends: _Ends) -> _Ends:
        return self.box(LOOKS[type(step)], [step_title(step), step_action(step), step_options(step)], ends)

    def _choice(self, node: Branch | Switch, ends: _Ends) -> _Ends:
        if isinstance(node, Switch):
            return self._switch(node, ends)
        behind: _Ends = []
        for case in node.branches:
            [head] = self.box(Look.DECISION, [one_line(f"{case.condition}?")], ends)
            behind += self.sequence(case.steps, [_End(head.id, "yes")])
            ends = [_End(head.id, "no")]
        return behind + self.sequence(node.else_steps, ends)

    def _switch(self, node: Switch, ends: _Ends) -> _Ends:
        [head] = self.box(Look.DECISION, [one_line(f"{node.expression}?")], ends)
        behind: _Ends = []
        for case in node.cases:
            behind += self.sequence(case.steps, [_End(head.id, one_line(case.condition))])
        if not any(case.condition in ALWAYS for case in node.cases):
            behind.append(_End(head.id, "otherwise"))
        return behind

    def _loop(self, loop: Loop, ends: _Ends) -> _Ends:
        [head] = self.box(Look.LOOP, [loop_head(loop)], ends)
        is_endless = loop.form == "while" and loop.condition in ALWAYS
        breaks = self._passes(head.id, loop.steps)
        at_end = [] if is_endless else [_End(head.id, "no" if loop.form == "while" else "done")]
        return self.sequence(loop.else_steps, at_end) + breaks

    def _passes(self, head: str, steps: Sequence[Node]) -> _Ends:
        """The body of a loop, and the way back to its head; the ends are those of `break`."""
        jumps = _Jumps([], [])
        self._jumps.append(jumps)
        ends = self.sequence(steps, [_End(head, "next")])
        self._jumps.pop()
        self._lead([end for end in ends + jumps.continues if end.id != head], head)
        return jumps.breaks

    def _jump(self, node: Break, ends: _Ends) -> _Ends:
        if not self._jumps:
            return self.box(Look.OTHER, [node.form], ends)
        jumps = self._jumps[-1]
        (jumps.breaks if node.form == "break" else jumps.continues).extend(ends)
        return []

    def _fanout(self, fanout: Fanout, ends: _Ends) -> _Ends:
        if fanout.mode == "sequential":
            [head] = self.box(Look.LOOP, [fanout_head(fanout)], ends)
            breaks = self._passes(head.id, fanout.steps)
            return [_End(head.id, "done"), *breaks]
        jumps = _Jumps([], [])
        self._jumps.append(jumps)
        _, ends = self._group(fanout_head(fanout), lambda: self.sequence(fanout.steps, ends), ends)
        self._jumps.pop()
        return ends + jumps.breaks + jumps.continues

    def _parallel(self, node: Parallel, ends: _Ends) -> _Ends:
        def ways() -> _Ends:
            return [end for steps in node.children for end in self.sequence(steps, ends)]

        return self._group("at once", ways, ends)[1]

    def _helper(self, helper: Helper, ends: _Ends) -> _Ends:
        title = one_line(" ".join(filter(None, (helper.name, helper.note))))
        self._returns.append([])  # which lead back to the body
        _, behind = self._group(title, lambda: self.sequence(helper.steps, ends), ends)
        return behind + self._returns.pop()

    def _try(self, node: Try, ends: _Ends) -> _Ends:
        within, behind = self._group("try", lambda: self.sequence(node.steps, ends), ends)
        behind = self.sequence(node.else_steps, behind)
        for handler in node.handlers:
            behind += self.sequence(handler.steps, [_End(within, one_line(f"except {handler.catches}"), True)])
        if not node.finally_steps:
            return behind
        start = behind or [_End(within, "in any case", True)]
        return self._group("finally", lambda: self.sequence(node.finally_steps, start), start)[1]

    def _group(self, title: str, draw: Callable[[], _Ends], ends: _Ends) -> tuple[str, _Ends]:
        """A frame around what is drawn, and its id; a single box if that is nothing."""
        self._parts.append([])
        behind = draw()
        parts = self._parts.pop()
        if not parts:
            [box] = self.box(Look.OTHER, [title], ends)
            return box.id, [box]
        self._groups += 1
        group = Group(f"g{self._groups}", title, tuple(parts))
        self._parts[-1].append(group)
        return group.id, behind

    def _lead(self, ends: _Ends, target: str) -> None:
        for end in dict.fromkeys(ends):
            self._arrows.append(Arrow(end.id, target, end.label, end.is_dotted))
