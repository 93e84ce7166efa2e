"""Queues are shared with BullMQ for Node: its jobs are executed here, and ours there."""

import asyncio
import json
import os
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.queues.surroundings import NewProcess

from pikku import Context, Pikku, Services, WorkflowService, func
from pikku.model.queue_names import ORCHESTRATOR, QueueNames
from pikku.ports.queue import Message
from pikku.queues.bullmq import BullMQQueue
from pikku.queues.bullmq.names import bullmq_name
from pikku.stores.memory import MemoryStore
from pikku.testing.contracts.jobs import EMAILS, Workshop
from pikku.testing.contracts.queues import HOSTILE_NAMES, PATIENCE, Receiver
from pikku.testing.contracts.scene import RUN, created

PACKAGES = ("bullmq@6.7.0", "ioredis@6.0.0")
SCRIPT = Path(__file__).with_name("stranger.cjs")

Stranger = Callable[..., Awaitable[Any]]
"""Does one thing with BullMQ for Node, and returns what it says."""


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with BullMQ for Node."""
    folder = tmp_path_factory.mktemp("node")
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--no-save", *PACKAGES]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE * 4)
    assert done.returncode == 0, done.stderr
    return folder / "node_modules"


@pytest.fixture
def stranger(modules: Path, redis_url: str, redis_prefix: str) -> Stranger:
    async def node(verb: str, queue: str, data: object = None) -> Any:
        command = ["node", str(SCRIPT), verb, redis_url, redis_prefix, bullmq_name(queue), json.dumps(data)]
        environment = {**os.environ, "NODE_PATH": str(modules)}
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=environment
        )
        async with asyncio.timeout(PATIENCE):
            said, complaint = await process.communicate()
        assert process.returncode == 0, complaint.decode()
        return json.loads(said) if said else None

    return node


async def test_a_job_from_node_is_executed_by_the_function_that_is_wired_to_its_queue(
    stranger: Stranger, redis_url: str, redis_prefix: str
) -> None:
    sent: asyncio.Queue[Any] = asyncio.Queue()

    @func
    async def send(ctx: Context[Services], data: dict[str, Any]) -> None:
        await sent.put(data)

    app: Pikku[Services] = Pikku()
    app.wire_queue_worker(queue_name=EMAILS, func=send)
    service = WorkflowService(MemoryStore(), BullMQQueue(redis_url, prefix=redis_prefix))
    async with app.connect(service, work=True), asyncio.timeout(PATIENCE):
        await stranger("add", EMAILS, {"to": ["ada@example.com"], "subject": "☂", "copies": 1.5, "none": None})
        assert await sent.get() == {"to": ["ada@example.com"], "subject": "☂", "copies": 1.5, "none": None}


async def test_a_job_from_node_is_tried_again_as_node_has_said(stranger: Stranger, new_process: NewProcess) -> None:
    async with Workshop(await new_process(), failures=2) as workshop:
        await stranger("add", EMAILS, "hard")
        assert await workshop.next_job() == "hard"


async def test_a_job_from_here_is_executed_by_node(stranger: Stranger, new_process: NewProcess) -> None:
    process = await new_process(job_retries=4)
    await process.queue.add(EMAILS, {"to": "ada@example.com", "subject": "☂"})
    job = await stranger("work", EMAILS)
    assert job["data"] == {"to": "ada@example.com", "subject": "☂"}
    assert job["options"]["attempts"] == 5
    assert job["options"]["backoff"] == {"type": "exponential", "delay": 10}


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
async def test_node_takes_whatever_a_queue_is_called(stranger: Stranger, new_process: NewProcess, name: str) -> None:
    process = await new_process()
    await process.queue.add(name, "☂")
    assert (await stranger("work", name))["data"] == "☂"


async def test_a_job_from_node_in_a_queue_of_messages_says_to_look(stranger: Stranger, new_process: NewProcess) -> None:
    process = await new_process()
    async with Receiver(process) as receiver:
        await receiver.tune_in(process)
        await stranger("add", ORCHESTRATOR, {"runId": "of the original"})
        await receiver.hears(RUN)
        assert not receiver.was_told_of(RUN)


async def test_node_sees_a_message_as_a_job_with_nothing_but_ids(stranger: Stranger, new_process: NewProcess) -> None:
    process = await new_process()
    queue = QueueNames(False).of_steps("shop", "pay:now")
    await process.queue.apply([created()], [Message(queue, RUN, "pay#1")])
    job = await stranger("work", queue)
    assert job["data"] == {"run_id": RUN, "key": "pay#1"}
    assert ":" not in job["id"]
