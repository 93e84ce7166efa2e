"""The words of all diagrams. Texts of the source come out on one line, and hold nothing that a terminal or a page would obey."""

from pikku.model.graph import Cancel, Fanout, InlineStep, Loop, NameForm, Raise, Return, RpcStep, SleepStep, Step

LONGEST = 80


def one_line(text: str) -> str:
    """The text without controls and invisible characters, shortened to what can be taken in.

    >>> one_line("a\\n\\x1b[31mb")
    'a\\\\n\\\\x1b[31mb'
    """
    seen = "".join(each if each.isprintable() else _escaped(each) for each in text)
    return seen if len(seen) <= LONGEST else seen[: LONGEST - 1] + "…"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def step_title(step: Step) -> str:
    """Its name, or what describes it when the name cannot be known."""
    if step.name_form is NameForm.DYNAMIC and step.description:
        return one_line(f"{step.step_name} {step.description}")
    return one_line(step.step_name)


def step_action(step: Step) -> str:
    """What it does: `create_user(data)`, `5min`, or nothing for code of the body's own."""
    match step:
        case RpcStep():
            return one_line(f"{step.rpc_name}({step.data or ''})")
        case SleepStep():
            return one_line(step.expression or step.duration)
        case InlineStep():
            return one_line("calls " + ", ".join(step.calls)) if step.calls else ""


def step_options(step: Step) -> str:
    """`retries=3, retry_delay=5s`."""
    return one_line(", ".join(f"{name}={value}" for name, value in step.options.items()))


def loop_head(loop: Loop) -> str:
    if loop.form == "while":
        return one_line(f"while {loop.condition}")
    return one_line(f"for {loop.item} in {loop.source}")


def fanout_head(fanout: Fanout) -> str:
    condition = f" if {fanout.condition}" if fanout.condition else ""
    head = one_line(f"for each {fanout.item} in {fanout.source}{condition}")
    return f"{head}, at once" if fanout.mode == "parallel" else f"{head}, one after the other"


def end_words(node: Return | Raise | Cancel) -> str:
    """`return total`, `raise Declined()`, `cancel too late`."""
    match node:
        case Return():
            return one_line(f"return {node.value or ''}").rstrip()
        case Raise():
            return one_line(f"raise {node.error or ''}").rstrip()
        case Cancel():
            return one_line(f"cancel {node.reason or ''}").rstrip()
