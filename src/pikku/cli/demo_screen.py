"""What one sees of the demo: live tables on a terminal, plain lines in a pipe."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from pikku.cli.demo_chronicle import Chronicle, StepId, who
from pikku.model.run import Run, RunStatus
from pikku.model.step import Attempt, StepStatus

PIPE_WIDTH = 120
COLOURS = {RunStatus.COMPLETED: "green", RunStatus.FAILED: "red", RunStatus.CANCELLED: "yellow"}


class Screen:
    """One place to write to: the standard output, unless told otherwise."""

    def __init__(self, console: Console | None = None) -> None:
        console = console or Console(highlight=False)
        self._console = (
            console if console.is_terminal else Console(file=console.file, width=PIPE_WIDTH, highlight=False)
        )
        self._told: set[StepId] = set()

    def say(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style), soft_wrap=True)

    def heading(self, text: str) -> None:
        self._console.print()
        self.say(text, "bold")

    @contextmanager
    def following(self) -> Iterator[Callable[[Chronicle], None]]:
        """Show how runs go on, for as long as this lasts."""
        if not self._console.is_terminal:
            yield self._tell_news
            return
        with Live(console=self._console, refresh_per_second=12) as live:
            spinner = Spinner("dots")
            yield lambda chronicle: live.update(self._overview(chronicle, spinner))

    def histories(self, before: Chronicle, after: Chronicle) -> None:
        """The history of each run, with what had finished before the kill marked."""
        for run in after.runs:
            status = Text(run.status, COLOURS.get(run.status, ""))
            self._console.print(Text.assemble("\n", (who(run), "bold"), f"  run {run.run_id}  ", status))
            self._console.print(self._history(run, before, after))

    def _tell_news(self, chronicle: Chronicle) -> None:
        names = {run.run_id: who(run) for run in chronicle.runs}
        news = [each for each in chronicle.finished.items() if each[0] not in self._told]
        for step, attempt in sorted(news, key=lambda each: each[1].completed_ms or 0):
            self._told.add(step)
            self.say(f"  {names[attempt.run_id]:<12} {attempt.step_name}: {attempt.status}")

    def _overview(self, chronicle: Chronicle, spinner: Spinner) -> RenderableType:
        table = Table(box=None, padding=(0, 2), show_header=False)
        room = max(4, self._console.height - 6)
        for run in chronicle.runs[:room]:
            history = chronicle.histories[run.run_id]
            table.add_row(*self._run_row(run, history, spinner))
        if (more := len(chronicle.runs) - room) > 0:
            return Group(table, Text(f"  … and {more} more"))
        return table

    def _run_row(self, run: Run, history: Sequence[Attempt], spinner: Spinner) -> list[RenderableType]:
        done = [each for each in history if each.status.final]
        under_way = [each.step_name for each in history if not each.status.final]
        marks = Text("■" * len(done), "green")
        if run.status.ended:
            return [who(run), marks, "", Text(run.status, COLOURS.get(run.status, ""))]
        return [who(run), marks, spinner, Text(under_way[-1] if under_way else "", "dim")]

    def _history(self, run: Run, before: Chronicle, after: Chronicle) -> Table:
        # Five columns would not fit into a terminal of 80.
        table = Table(box=None, padding=(0, 0, 0, 2), header_style="dim")
        table.add_column("Step", min_width=35)
        table.add_column("Attempts", justify="right")
        table.add_column("Completed at", no_wrap=True)
        table.add_column("", no_wrap=True)
        finished = before.finished
        for attempt in after.histories[run.run_id]:
            step = (run.run_id, attempt.key)
            when = Text("before the kill", "cyan") if step in finished else Text("after the kill", "green")
            table.add_row(Text(attempt.step_name), str(len(after.attempts_of(step))), _completed(attempt), when)
        return table


def _completed(attempt: Attempt) -> Text:
    if attempt.status is not StepStatus.SUCCEEDED or attempt.completed_at is None:
        return Text(attempt.status, "red")
    return Text(f"{attempt.completed_at:%H:%M:%S.%f}"[:-3])
