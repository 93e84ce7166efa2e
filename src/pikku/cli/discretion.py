"""What of runs and attempts may be shown: not what the application marks as `Secret`."""

import contextlib
import sys
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from pikku.app.configuration import read_configuration
from pikku.cli.applications import named_app
from pikku.cli.printable import printable
from pikku.cli.terminal import tell
from pikku.model.errors import ConfigurationError, PikkuError
from pikku.model.failure import Failure
from pikku.model.payload import Json, parse
from pikku.model.run import Run
from pikku.model.secret import HIDDEN, SHORTEST, without, written
from pikku.model.step import Attempt, Step, StepKind
from pikku.registry.codecs import Codec
from pikku.registry.registry import Function, Registry, Workflow
from pikku.runtime.service import WorkflowService

_NO_TYPE = Codec(Any)


class Discretion:
    """Hides what the application marks, and what is the same elsewhere. Of what it does not know, it hides all values."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def run(self, run: Run) -> Run:
        """The run as it may be shown."""
        return self._shown_run(run, self._secrets_of(run))

    async def history(
        self, service: WorkflowService, run: Run, attempts: Sequence[Attempt]
    ) -> tuple[Run, Sequence[Attempt]]:
        """The run and its attempts as they may be shown. Which functions they called is looked up in the store."""
        steps = {step.key: step for each in await service.store.load([run.run_id]) for step in each.steps.values()}
        secrets = self._secrets_of(run).union(*map(self._secrets_of_step, steps.values()))
        results = {key: self._result_codec(run, step) for key, step in steps.items()}
        shown = [_shown_attempt(each, results.get(each.key), secrets) for each in attempts]
        return self._shown_run(run, secrets), shown

    def _shown_run(self, run: Run, secrets: Collection[str]) -> Run:
        workflow = self._workflow(run)
        given, made = (workflow.signature.data, workflow.signature.result) if workflow else (None, None)
        return msgspec.structs.replace(
            run,
            input_json=_shown(run.input_json, given, secrets),
            output_json=_shown(run.output_json, made, secrets),
            error=_shown_failure(run.error, secrets),
            waiting_on=tuple(without(key, secrets) for key in run.waiting_on),
        )

    def _result_codec(self, run: Run, step: Step) -> Codec | None:
        function = self._function(step)
        if function is not None:
            return function.signature.result
        return _NO_TYPE if step.kind is not StepKind.RPC and self._workflow(run) else None

    def _secrets_of(self, run: Run) -> set[str]:
        workflow = self._workflow(run)
        if workflow is None:
            return set()
        signature = workflow.signature
        return _secrets_in(run.input_json, signature.data) | _secrets_in(run.output_json, signature.result)

    def _secrets_of_step(self, step: Step) -> set[str]:
        function = self._function(step)
        if function is None:
            return set()
        signature = function.signature
        return _secrets_in(step.call.data_json, signature.data) | _secrets_in(step.result_json, signature.result)

    def _workflow(self, run: Run) -> Workflow | None:
        known = run.workflow in self._registry.workflow_names
        return self._registry.workflow(run.workflow) if known else None

    def _function(self, step: Step) -> Function | None:
        name = step.call.rpc_name or ""
        return self._registry.function(name) if name in self._registry.function_names else None


def discretion(app: str | None, *, with_secrets: bool) -> Discretion | None:
    """What hides secrets, `None` if they are to be shown. Imports the application, as only its types tell what is secret.

    Without one, a line on the standard error says so.
    """
    if with_secrets:
        return None
    try:
        configuration = read_configuration()
        if app is None and configuration.app is None:
            raise ConfigurationError("there is no application; name one with --app")
        with contextlib.redirect_stdout(sys.stderr):  # what it prints while it is imported is no part of ours
            return Discretion(named_app(app, configuration).registry)
    except PikkuError as error:
        tell(
            f"pikku: all values are hidden, as nobody knows which are secret: {printable(str(error))}; or use --secrets"
        )
        return Discretion(Registry())


def _shown(text: Json | None, codec: Codec | None, secrets: Collection[str]) -> Json | None:
    if text is None or text == "null":
        return text
    if codec is None:
        return Json(f'"{HIDDEN}"')
    if codec.veil is None and not secrets:
        return text
    value = parse(text)
    veiled = value if codec.veil is None else codec.veil.over(value)
    return Json(msgspec.json.encode(_without(veiled, secrets)).decode())


def _without(value: Any, secrets: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {without(key, secrets): _without(part, secrets) for key, part in value.items()}
    if isinstance(value, list):
        return [_without(part, secrets) for part in value]
    if isinstance(value, str):
        return without(value, secrets)
    is_secret = not isinstance(value, bool) and str(value) in secrets and len(str(value)) >= SHORTEST
    return HIDDEN if is_secret else value


def _secrets_in(text: Json | None, codec: Codec) -> set[str]:
    found = codec.veil.secrets_in(parse(text)) if codec.veil is not None and text is not None else ()
    return {form for secret in found for form in written(secret)}


def _shown_attempt(attempt: Attempt, codec: Codec | None, secrets: Collection[str]) -> Attempt:
    return msgspec.structs.replace(
        attempt,
        step_name=without(attempt.step_name, secrets),
        key=without(attempt.key, secrets),
        result_json=_shown(attempt.result_json, codec, secrets),
        error=_shown_failure(attempt.error, secrets),
    )


def _shown_failure(failure: Failure | None, secrets: Collection[str]) -> Failure | None:
    if failure is None or not secrets:
        return failure
    return msgspec.structs.replace(
        failure,
        message=without(failure.message, secrets),
        code=failure.code and without(failure.code, secrets),
        stack=failure.stack and without(failure.stack, secrets),
        cause=_shown_failure(failure.cause, secrets),
    )
