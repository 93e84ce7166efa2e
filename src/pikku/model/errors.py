"""Every error that Pikku raises, by who can mend it. Messages say what happened, where, and what to do next.

PikkuError
 ├─ DefinitionError              the author of the application
 │   ├─ DuplicateNameError           two functions or two workflows under one name
 │   ├─ ImportedTwiceError           the script that runs is imported as a module, too
 │   ├─ NotAFunctionError            a step calls something that is not marked @func
 │   ├─ CalledTooEarlyError          a step was given a coroutine in the place of a function
 │   ├─ NotAWorkflowError            something wired or started is not marked @workflow_func
 │   ├─ NotRegisteredError           a marked function that the application does not know
 │   ├─ AnnotationError              an annotation that cannot be resolved, or a type that has no codec
 │   ├─ RemoteWithoutQueueError      execution_mode="remote" without a queue
 │   ├─ StepNameError                a step name that is not a usable string
 │   ├─ StepOptionError              an option of a step that makes no sense
 │   ├─ DurationError                a text or number that is no duration (also a ValueError)
 │   └─ NonDeterminismError          a replay asks for another step than was recorded
 ├─ InputError                   the caller
 │   ├─ UnknownWorkflowError         no workflow of that name
 │   ├─ UnknownFunctionError         no function of that name
 │   ├─ UnknownQueueError            no queue of that name
 │   ├─ UnknownRunError              no run of that id
 │   ├─ RunEndedError                the run has ended and cannot be changed
 │   ├─ RunNotEndedError             the run has not ended and cannot be deleted
 │   ├─ NobodyWorksError             an inline run started in a transaction, where nobody would find it
 │   ├─ DrainingError                this process hands its runs back and starts no more
 │   └─ InvalidDataError             data that does not fit its declared type
 ├─ PayloadError                 whoever made the value
 │   ├─ UnstorableValueError         a value that JSON cannot hold, with the path of the bad part
 │   └─ PayloadTooLargeError         a value over the limit
 ├─ StepError                    whoever wrote the step
 │   ├─ StepFailedError              the step raised something that is not named in `raises`
 │   ├─ ProcessDiedError             the process of a cpu=True function died before it had a result
 │   └─ StepTimeoutError             an attempt took longer than its `timeout` (also a TimeoutError)
 ├─ RunError                     whoever waits for a run
 │   ├─ RunFailedError               the run failed, with its stored error
 │   ├─ RunCancelledError            the run was cancelled, with the reason
 │   └─ StrandedRunError             this process cannot go on with the run; another one can recover it
 ├─ StoreError                   the operator
 │   ├─ StoreURLError                a store's address that we cannot read
 │   ├─ ForeignStoreError            a file or folder that is not ours
 │   ├─ NewerStoreError              a store written by a newer version of Pikku
 │   ├─ ClosedStoreError             a store that is not open
 │   └─ StoreUnavailableError        the store does not answer, or has no room
 ├─ QueueError                   the operator: a queue that does not answer, or cannot do what is asked of it
 └─ ConfigurationError           the operator: settings that contradict, or an application that cannot be loaded

NonRetryableError and RetryAfter are for the user to raise in steps: see `pikku.model.retrying`. What ends a body from outside
derives from BaseException (see `pikku.runtime.signals`), so that no `except Exception` of a workflow swallows it.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pikku.model.address import shown_address, without_address
from pikku.model.names import LONGEST_NAME, quoted

if TYPE_CHECKING:
    from pikku.model.failure import Failure


class PikkuError(Exception):
    """The base of every error of this library."""


class DefinitionError(PikkuError):
    """The application is written in a way that cannot work."""


class DuplicateNameError(DefinitionError):
    def __init__(self, what: str, name: str, first: str, second: str) -> None:
        super().__init__(
            f"two {what}s are called {name!r}: {first} and {second}; give one of them another name with name=…"
        )


class ImportedTwiceError(DefinitionError):
    def __init__(self, first: str, second: str) -> None:
        super().__init__(
            f"{first} and {second} are the same source, because the script that runs is imported as a module, too; "
            "write Pikku(include=[__name__]) in it, or connect in another file"
        )


class NotAFunctionError(DefinitionError):
    def __init__(self, where: str) -> None:
        super().__init__(
            f"{where} is not marked with @func; mark it, or pass a callable without arguments as an inline step"
        )


class CalledTooEarlyError(DefinitionError):
    def __init__(self, step: str, called: str) -> None:
        super().__init__(
            f"step {step!r} was given what {called}(…) returned, a coroutine that nothing could repeat; "
            f"give it the function and its data, or a callable: lambda: {called}(…)"
        )


class NotAWorkflowError(DefinitionError):
    def __init__(self, where: str) -> None:
        super().__init__(
            f"{where} is not marked with @workflow_func or @workflow; mark it before it is wired or started"
        )


class NotRegisteredError(DefinitionError):
    def __init__(self, what: str, where: str, advice: str) -> None:
        super().__init__(f"the {what} {where} is not registered; {advice}")


class AnnotationError(DefinitionError):
    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}; annotate it with types that exist when the module has been imported")


class RemoteWithoutQueueError(DefinitionError):
    def __init__(self, workflow: str) -> None:
        super().__init__(
            f"workflow {workflow!r} is wired with execution_mode='remote', but there is no queue; "
            "give WorkflowService a queue, or leave execution_mode out"
        )


class StepNameError(DefinitionError):
    def __init__(self, name: object, problem: str) -> None:
        super().__init__(f"{name!r} cannot be the name of a step: {problem}")


class StepOptionError(DefinitionError):
    def __init__(self, step: str, problem: str) -> None:
        super().__init__(f"step {step!r}: {problem}")


class DurationError(DefinitionError, ValueError):
    def __init__(self, value: object) -> None:
        super().__init__(
            f"{value!r} is not a duration; write a number of milliseconds, a timedelta, or numbers with units: "
            "'500ms', '5s', '5min', '2h30m', '1.5h', '1d', '2w' (m is minutes)"
        )


class NonDeterminismError(DefinitionError):
    def __init__(self, key: str, recorded: str, asked: str) -> None:
        super().__init__(
            f"step {key!r} was recorded as {recorded}, but the replay asks for {asked}; "
            "the workflow must take the same steps in the same order for the same results: "
            "move clocks, chance and IO into steps, or give a changed step a new name"
        )


class InputError(PikkuError):
    """What was asked for does not exist or does not fit."""


class _UnknownNameError(InputError):
    what = "name"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name = name
        super().__init__(f"there is no {self.what} called {quoted(name)}{nearest(name, known)}")


class UnknownWorkflowError(_UnknownNameError):
    what = "workflow"


class UnknownFunctionError(_UnknownNameError):
    what = "function"


class UnknownQueueError(_UnknownNameError):
    what = "queue"


class UnknownRunError(InputError):
    def __init__(self, run_id: str) -> None:
        super().__init__(f"there is no run {quoted(run_id)}; `pikku runs` lists those that exist")


class RunEndedError(InputError):
    def __init__(self, run_id: str, status: str) -> None:
        super().__init__(f"run {run_id} is {status} and is not changed any more")


class RunNotEndedError(InputError):
    def __init__(self, run_id: str) -> None:
        super().__init__(f"run {run_id} is running and is not deleted; cancel it first, or wait for its end")


class NobodyWorksError(InputError):
    def __init__(self, workflow: str) -> None:
        super().__init__(
            f"workflow {workflow!r} is executed inline, but a run that is started with connection=… begins only when its "
            "transaction commits: use a queue and workers, or connect(work=True)"
        )


class DrainingError(InputError):
    def __init__(self) -> None:
        super().__init__("this process is draining: it hands its runs back and starts no more; start the run elsewhere")


class InvalidDataError(InputError):
    def __init__(self, what: str, problem: str) -> None:
        super().__init__(f"{what} does not fit its type: {problem}")


class PayloadError(PikkuError):
    """A value that cannot be kept."""


class UnstorableValueError(PayloadError):
    def __init__(self, what: str, path: str, problem: str) -> None:
        self.path = path
        super().__init__(
            f"{what} cannot be stored: {problem} at {path}; return plain values, dataclasses, TypedDicts, "
            "msgspec Structs, attrs classes or pydantic models"
        )


class PayloadTooLargeError(PayloadError):
    def __init__(self, what: str, size: int, limit: int) -> None:
        self.size, self.limit = size, limit
        super().__init__(
            f"{what} is {size:,} bytes, the limit is {limit:,}; store it elsewhere and keep a reference, "
            "or raise value_limit"
        )


class StepError(PikkuError):
    """A step did not give a result."""


class StepFailedError(StepError):
    """The last attempt of a step raised; `error` has the type, message, code and stack of what it raised."""

    def __init__(self, step_name: str, key: str, error: "Failure") -> None:
        self.step_name, self.key, self.error = step_name, key, error
        super().__init__(f"step {key!r} failed: {error}")

    @property
    def code(self) -> str | None:
        return self.error.code


class ProcessDiedError(StepError):
    code = "PROCESS_DIED"

    def __init__(self, function: str, end: str) -> None:
        super().__init__(f"the process that executed {function!r} {end}, before it had a result")


class StepTimeoutError(StepError, TimeoutError):
    def __init__(self, key: str, timeout: str) -> None:
        self.key = key
        super().__init__(f"step {key!r} took longer than its timeout of {timeout}")


class RunError(PikkuError):
    """A run ended without a result."""


class RunFailedError(RunError):
    """The run failed; `error` is the stored error."""

    def __init__(self, run_id: str, workflow: str, error: "Failure") -> None:
        self.run_id, self.workflow, self.error = run_id, workflow, error
        super().__init__(f"{workflow} run {run_id} failed: {error}")


class RunCancelledError(RunError):
    """The run was cancelled; `reason` is what the canceller gave."""

    def __init__(self, run_id: str, workflow: str, reason: str) -> None:
        self.run_id, self.workflow, self.reason = run_id, workflow, reason
        super().__init__(f"{workflow} run {run_id} was cancelled: {reason}")


class StrandedRunError(RunError):
    def __init__(self, run_id: str, error: Exception) -> None:
        self.run_id = run_id
        super().__init__(
            f"run {run_id} cannot go on in this process: {type(error).__name__}: {error}; "
            "`pikku recover` takes it over when its lease has run out"
        )


class StoreError(PikkuError):
    """The store cannot be used."""


class StoreURLError(StoreError):
    def __init__(self, url: str, problem: str) -> None:
        shown = shown_address(url, user=True, options=True)
        super().__init__(f"{shown!r} is not the address of a store: {without_address(problem, url)}")


class ForeignStoreError(StoreError):
    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where} is {what}, not a store of Pikku; give another path, nothing was changed there")


class NewerStoreError(StoreError):
    def __init__(self, where: str, found: int, known: int) -> None:
        super().__init__(
            f"{where} has version {found}, this Pikku knows versions up to {known}; install the newer Pikku"
        )


class ClosedStoreError(StoreError):
    def __init__(self, where: str) -> None:
        super().__init__(f"the store {where} is not open; use it inside `async with app.connect(…)` or after open()")


class StoreUnavailableError(StoreError):
    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"the store {where} does not answer: {problem}")


class QueueError(PikkuError):
    """The queue cannot be used, or not for this."""


class ConfigurationError(PikkuError):
    """Settings that contradict each other, or an application that cannot be loaded."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: the nearest known ones, or all when they are few."""
    from difflib import get_close_matches

    names = sorted(known)
    # What is too long to be a name is near to none, and would be looked at for seconds.
    close = get_close_matches(name, names, n=3, cutoff=0.6) if len(name) <= LONGEST_NAME else ()
    if close:
        return "; did you mean " + " or ".join(repr(each) for each in close) + "?"
    if not names:
        return "; none is registered: Pikku(include=[…]) names the modules that are looked through"
    shown = ", ".join(repr(each) for each in names[:8])
    return f"; known: {shown}" + (", …" if len(names) > 8 else "")
