"""The verbs of the store, one at a time and blocking: each holds the lock of the folder for as long as it takes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import msgspec

from pikku.model.change import Applied, Change, Held, Lease, Outcome, wants_attention
from pikku.model.enact import Effect, claim_run, claim_step, holds
from pikku.model.errors import StoreError, StoreUnavailableError
from pikku.model.ids import RunId
from pikku.model.run import Run
from pikku.model.step import Attempt, Step
from pikku.ports.clock import TimeSource
from pikku.ports.store import ClaimedStep, RunQuery, Snapshot
from pikku.stores.board import HintBoard
from pikku.stores.file.bell import Bell
from pikku.stores.file.disk import Disk, exists
from pikku.stores.file.draft import Draft
from pikku.stores.file.layout import Layout, run_document
from pikku.stores.file.lock import FolderLock, locking
from pikku.stores.file.recent import Recent
from pikku.stores.file.setting_up import check_folder, prepare, set_up
from pikku.stores.file.shelf import Shelf
from pikku.stores.file.writer import Writer
from pikku.stores.listing import bare, chosen, in_order, selected


class Archive:
    """Used by one thread. Every verb raises `StoreUnavailableError` when the disk does not do what it should.

    Damaged documents: asked for, they raise `StoreError`; what claims or renews passes over them.
    """

    def __init__(self, layout: Layout, clock: TimeSource, board: HintBoard, disk: Disk) -> None:
        self._layout = layout
        self._clock = clock
        self._board = board
        self._writer = Writer(layout, disk)
        self._lock = FolderLock(layout.lock)
        self._bell = Bell(layout.bell)
        self._shelf = Shelf(layout)
        self._recent = Recent()

    def open(self) -> None:
        """Make the folder usable. Raises `ForeignStoreError`, `NewerStoreError`, or `StoreError` without file locks."""
        locking()
        with self._told():
            check_folder(self._layout)
            prepare(self._layout)
            with self._lock.held(exclusive=True):
                set_up(self._layout, self._writer)
                self._writer.redo()
                self._writer.sweep()
                self._bell.hang()

    def close(self) -> None:
        """Forget what was read."""
        self._forget()

    def apply(self, batches: Sequence[Sequence[Change]]) -> list[Sequence[Outcome]]:
        """The outcomes of each batch; all are one transaction. After `StoreError` itself nothing was written."""
        with self._writing() as file:
            now, draft = self._clock.now(), self._draft()
            outcomes = [[draft.enact(change, now) for change in changes] for changes in batches]
            self._write(draft, file)
            if any(map(_is_heard, batches, outcomes)):
                self._ring()
        for changes, made in zip(batches, outcomes, strict=True):
            self._board.publish_outcomes(changes, made)
        return list(outcomes)

    def load(self, run_ids: Sequence[RunId], only: Mapping[RunId, Collection[str]]) -> Sequence[Snapshot]:
        with self._reading():
            now = self._clock.now()
            known = [run for run_id in run_ids if (run := self._compared(run_id, only.get(run_id)))]
            return [Snapshot(run, chosen(self._shelf.steps(run).steps, only.get(run.run_id)), now) for run in known]

    def claim_runs(self, lease: Lease, workflows: Collection[str], limit: int) -> Sequence[Run]:
        with self._writing() as file:
            now, draft = self._clock.now(), self._draft()
            due = [run for run in self._shelf.running(workflows) if run.due_ms is not None and run.due_ms <= now]
            due.sort(key=lambda run: (run.due_ms, run.run_id))
            claimed = [claim_run(run, lease, now) for run in due[:limit]]
            for run in claimed:
                draft.write(Effect(run=run))
            self._write(draft, file)
            return claimed

    def claim_steps(
        self, lease: Lease, functions: Collection[str], limit: int, workflows: Collection[str] | None
    ) -> Sequence[ClaimedStep]:
        with self._writing() as file:
            now, draft = self._clock.now(), self._draft()
            waiting = self._shelf.waiting(functions, workflows)
            due = [step for step in waiting if step.due_ms is not None and step.due_ms <= now]
            due.sort(key=lambda step: (step.due_ms, step.run_id, step.key))
            effects = [claim_step(step, lease, now) for step in due[:limit]]
            for effect in effects:
                draft.steps(draft.run(effect.steps[0].run_id))
                draft.write(effect)
            self._write(draft, file)
            runs = self._shelf.runs
            return [ClaimedStep(step, runs[step.run_id].workflow) for each in effects for step in each.steps]

    def renew(self, lease: Lease, held: Sequence[Held]) -> Sequence[Held]:
        with self._writing() as file:
            due, draft = self._clock.now() + lease.ttl_ms, self._draft()
            lost = [each for each in held if not _renewed(draft, each, due)]
            self._write(draft, file)
            return lost

    def next_due(self, workflows: Collection[str], functions: Collection[str], besides: str | None) -> int | None:
        with self._reading():
            waiting: list[Run | Step] = [*self._shelf.running(workflows), *self._shelf.waiting(functions)]
            dues = [each.due_ms for each in waiting if each.owner is None or each.owner != besides]
            due = min((each for each in dues if each is not None), default=None)
            return None if due is None else max(0, due - self._clock.now())

    def get_run(self, run_id: RunId) -> Run | None:
        with self._reading():
            run = self._compared(run_id)
            return run and self._shelf.as_read(run)

    def list_runs(self, query: RunQuery) -> Sequence[Run]:
        with self._reading():
            self._shelf.check(query.run_ids)
            found = selected(self._shelf.runs, query, self._clock.now())
            return [bare(run) if query.bare else self._shelf.as_read(run) for run in found]

    def history(self, run_id: RunId) -> Sequence[Attempt]:
        with self._reading():
            run = self._compared(run_id)
            if run is None:
                return []
            shelf = self._shelf.steps(run)
            return in_order(dict(sorted(shelf.steps.items())), shelf.attempts())

    def listen(self) -> None:
        """Tell the listeners of this process if another process has written something for them."""
        with self._told():
            if self._bell.heard():
                self._board.publish(())

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._told():
            with self._lock.held(exclusive=False) as file:
                complete = not exists(self._layout.journal)
                if complete:
                    self._shelf.refresh(self._recent.changed(file))
                    yield
            if not complete:
                with self._writing():
                    yield

    @contextmanager
    def _writing(self) -> Iterator[int]:
        with self._told(), self._lock.held(exclusive=True) as file:
            self._writer.redo()
            self._shelf.refresh(self._recent.changed(file))
            yield file

    @contextmanager
    def _told(self) -> Iterator[None]:
        # What went wrong half-way may have left the shelf other than the disk: it is read anew.
        try:
            yield
        except StoreError:
            raise
        except OSError as error:
            self._forget()
            where = error.filename2 or error.filename or self._layout.folder
            raise StoreUnavailableError(str(where), error.strerror or str(error)) from error
        except BaseException:
            self._forget()
            raise

    def _forget(self) -> None:
        self._shelf.forget()
        self._recent.forget()

    def _draft(self) -> Draft:
        return Draft(self._layout, self._shelf)

    def _write(self, draft: Draft, file: int) -> None:
        documents = draft.documents()
        if documents or draft.removed:
            self._recent.add(file, [*documents, *map(run_document, draft.removed)])
            draft.become(self._writer.write(documents, draft.removed))

    def _compared(self, run_id: RunId, keys: Collection[str] | None = None) -> Run | None:
        self._shelf.compare(run_id, keys)
        return self._shelf.run(run_id)

    def _ring(self) -> None:
        with suppress(OSError):  # what was applied is applied, whether others hear of it or not
            if self._bell.heard():
                self._board.publish(())
            self._bell.ring()


def _renewed(draft: Draft, held: Held, due: int) -> bool:
    try:
        run = draft.run(held.run_id)
        steps = draft.steps(run) if held.key is not None else {}
    except StoreError:
        return False
    if run is None or not holds(held, run, steps):
        return False
    if held.key is None:
        draft.write(Effect(run=msgspec.structs.replace(run, due_ms=due)))
    else:
        draft.write(Effect(steps=(msgspec.structs.replace(steps[held.key], due_ms=due),)))
    return True


def _is_heard(changes: Sequence[Change], outcomes: Sequence[Outcome]) -> bool:
    return any(
        isinstance(made, Applied) and wants_attention(each) for each, made in zip(changes, outcomes, strict=True)
    )
