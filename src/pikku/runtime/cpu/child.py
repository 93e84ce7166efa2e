"""The inside of a child: executes one call after the other, until its parent ends it, or has ended."""

import fcntl
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing import spawn
from typing import Any

import msgspec

from pikku.model.failure import Failure
from pikku.registry.codecs import encode
from pikku.registry.exceptions import capture, lineage
from pikku.registry.importable import MAIN, import_function
from pikku.registry.secrets import keep_secrets
from pikku.registry.signature import read_signature
from pikku.runtime.cpu.birth import importing
from pikku.runtime.cpu.logs import Forward, function_logger, set_levels
from pikku.runtime.cpu.messages import Logged, Order, Outcome, Raised, Returned, framed, read_order
from pikku.runtime.cpu.surroundings import CpuContext
from pikku.runtime.run_logger import RunLogger
from pikku.runtime.step_info import current_step

MAIN_MODULE = ("init_main_from_name", "init_main_from_path")
"""What `multiprocessing` needs to import the parent's main module, under another name so that its guard holds."""

_MAIN_HERE = "__mp_main__"


def main(start: dict[str, Any]) -> None:
    """Serve the parent. `start` has the descriptors `line` and `life`, and what `multiprocessing.spawn` prepares with."""
    _end_only_with_the_parent(start["life"])
    _read_nothing()
    main_module = {name: start.pop(name) for name in MAIN_MODULE if name in start}
    spawn.prepare(start)
    line = socket.socket(fileno=start["line"])
    line.set_inheritable(False)
    Child(line, main_module).serve()


class Child:
    """Has the line to the parent. The main module is imported only for functions that are in it."""

    def __init__(self, line: socket.socket, main_module: Mapping[str, str]) -> None:
        self._line = line
        self._main_module = main_module
        self._sending = threading.Lock()
        self._functions: dict[tuple[str, str], Callable[..., Any]] = {}

    def serve(self) -> None:
        """Execute order after order. Does not return."""
        logging.getLogger().addHandler(Forward(self._send))
        while True:
            try:
                order = read_order(self._receive)
                self._send(self._executed(order))
            except (EOFError, OSError):
                _end_group()

    def _executed(self, order: Order) -> Outcome:
        set_levels(order.levels)
        token = current_step.set(order.step)
        keep_secrets()
        try:
            return Returned(self._result_of(order))
        except BaseException as error:  # noqa: BLE001  SystemExit, too, is an end of the call and not of the process
            return Raised(_told(capture(error)), [_name_there(kind) for kind in lineage(error)])
        finally:
            current_step.reset(token)
            for stream in (sys.stdout, sys.stderr):
                with suppress(AttributeError, ValueError, OSError):
                    stream.flush()

    def _result_of(self, order: Order) -> Any:
        function = self._function(order.module, order.qualname)
        signature = read_signature(function)
        data = signature.data.decode(order.data_json, f"the data of function {order.name!r}")
        ctx = CpuContext(order.name, RunLogger(function_logger(order.name)), order.invocation_id)
        result = function(ctx, data) if signature.takes_data else function(ctx)
        return encode(result, order.what, order.value_limit)

    def _function(self, module: str, qualname: str) -> Callable[..., Any]:
        known = self._functions.get((module, qualname))
        if known is None:
            with importing(module):
                if module == MAIN:
                    spawn.prepare(dict(self._main_module))
                known = self._functions[module, qualname] = import_function(module, qualname)
        return known

    def _send(self, message: Outcome | Logged) -> None:
        data = framed(message)
        with self._sending:
            self._line.sendall(data)

    def _receive(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self._line.recv(size - len(parts))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)


def _end_only_with_the_parent(life: int) -> None:
    """Signals to the group are the parent's business; that the parent has died, its end of the pipe tells."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: None)  # not SIG_IGN, which programs that are started here inherit
    os.set_inheritable(life, False)
    threading.Thread(target=_outlive_nobody, args=[life], name="pikku-parent", daemon=True).start()
    # Code that holds the interpreter's lock keeps that thread from running, but not the kernel from sending SIGIO.
    fcntl.fcntl(life, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(life, fcntl.F_SETFL, fcntl.fcntl(life, fcntl.F_GETFL) | os.O_ASYNC)


def _outlive_nobody(life: int) -> None:
    with suppress(OSError):
        os.read(life, 1)
    _end_group()


def _end_group() -> None:
    os.killpg(0, signal.SIGKILL)


def _read_nothing() -> None:
    """What the standard input had to say has been read."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def _name_there(kind: str) -> str:
    """The parent's name of a class: what is `__main__` there has another name here."""
    return f"{MAIN}{kind.removeprefix(_MAIN_HERE)}" if kind.startswith(f"{_MAIN_HERE}.") else kind


def _told(failure: Failure) -> Failure:
    cause = None if failure.cause is None else _told(failure.cause)
    return msgspec.structs.replace(failure, type=_name_there(failure.type), cause=cause)
