"""The file that tells tools what there is, with the original's keys."""

from typing import Any

import msgspec

from pikku.codegen.header import MARK
from pikku.model.manifest import FunctionInfo, Manifest, QueueWorkerInfo, TypeRef, WorkflowInfo


def meta_text(manifest: Manifest) -> str:
    """`workflow_meta.json`. It says nothing of lines: moving code must not change it; `pikku inspect --json` does."""
    document = {
        "$comment": f"{MARK}: do not edit, but run that again when the source has changed.",
        "workflows": {each.name: _workflow(each) for each in manifest.workflows},
        "functions": {each.name: _function(each) for each in manifest.functions},
        "queueWorkers": {each.queue_name: _queue_worker(each) for each in manifest.queue_workers},
    }
    text = msgspec.json.encode(_without_places(document))
    return msgspec.json.format(text, indent=2).decode() + "\n"


def _workflow(workflow: WorkflowInfo) -> dict[str, Any]:
    told: dict[str, Any] = {
        "pikkuFuncId": f"{workflow.module}.{workflow.qualname}",
        "name": workflow.name,
        "steps": msgspec.to_builtins(workflow.steps),
        "graphHash": workflow.graph_hash,
        "description": workflow.description,
        "docs": workflow.docs,
        "tags": list(workflow.tags) or None,
        "executionMode": workflow.execution_mode,
        "version": workflow.version,
        "input": _type(workflow.input),
        "output": _type(workflow.output),
    }
    return {key: value for key, value in told.items() if value is not None}


def _function(function: FunctionInfo) -> dict[str, Any]:
    told: dict[str, Any] = {
        "pikkuFuncId": f"{function.module}.{function.qualname}",
        "name": function.name,
        "description": function.description,
        "cpu": function.cpu or None,
        "errors": list(function.raises) or None,
        "input": _type(function.data),
        "output": _type(function.result),
    }
    return {key: value for key, value in told.items() if value is not None}


def _queue_worker(worker: QueueWorkerInfo) -> dict[str, Any]:
    return {
        "pikkuFuncId": f"{worker.module}.{worker.qualname}",
        "name": worker.function,
        "queueName": worker.queue_name,
    }


def _type(type_ref: TypeRef | None) -> dict[str, Any] | None:
    if type_ref is None:
        return None
    told: dict[str, Any] = {"text": type_ref.text}
    return told if type_ref.schema is None else {**told, "schema": type_ref.schema}


def _without_places(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_without_places(each) for each in value]
    if not isinstance(value, dict):
        return value
    is_node = "type" in value and "place" in value
    return {key: _without_places(each) for key, each in value.items() if not (is_node and key == "place")}
