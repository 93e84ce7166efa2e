"""Ids of runs as people write them: whole, or the end or the beginning of one."""

from pikku.cli.printable import printable
from pikku.model.errors import InputError, UnknownRunError
from pikku.model.run import Run
from pikku.runtime.service import WorkflowService

FEWEST_CHARACTERS = 6
RUNS_PER_PAGE = 500
CANDIDATES_SHOWN = 5


class AmbiguousRunError(InputError):
    def __init__(self, part: str, candidates: list[str]) -> None:
        shown = ", ".join(printable(each) for each in candidates[:CANDIDATES_SHOWN])
        more = f" and {len(candidates) - CANDIDATES_SHOWN} more" if len(candidates) > CANDIDATES_SHOWN else ""
        super().__init__(f"{part!r} stands for {len(candidates)} runs: {shown}{more}; write more of the id")


async def find_run(service: WorkflowService, part: str) -> Run:
    """The run of that id, else the only one whose id ends with it, else the only one whose id begins with it.

    Ends come first because the ids of runs that were started at about the same time begin alike. Raises
    `UnknownRunError` or `AmbiguousRunError`.
    """
    run = await service.get_run(part)
    if run is not None:
        return run
    if len(part) < FEWEST_CHARACTERS:
        raise InputError(
            f"{part!r} is too short for a run id; write it whole, or at least the last {FEWEST_CHARACTERS} characters"
        )
    ending, beginning = await _alike(service, part.lower())
    found = ending or beginning
    if not found:
        raise UnknownRunError(part)
    if len(found) > 1:
        raise AmbiguousRunError(part, [each.run_id for each in found])
    return found[0]


async def _alike(service: WorkflowService, part: str) -> tuple[list[Run], list[Run]]:
    ending: list[Run] = []
    beginning: list[Run] = []
    before: str | None = None
    while page := await service.list_runs(limit=RUNS_PER_PAGE, before=before):
        ending += [run for run in page if run.run_id.endswith(part)]
        beginning += [run for run in page if run.run_id.startswith(part)]
        before = page[-1].run_id
    return ending, beginning
