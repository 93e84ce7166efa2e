"""One child, as its parent sees it."""

import json
import os
import signal
import socket
import subprocess
import threading
from contextlib import suppress
from typing import Any

from pikku.model.errors import ProcessDiedError
from pikku.runtime.cpu.logs import write
from pikku.runtime.cpu.messages import Logged, Order, Outcome, framed, read_answer

LOOK_EVERY_S = 1.0
"""The end of a child is seen at once, by its end of the line; so often we look, should another process have kept that."""

_PREPARED = ("sys_path", "sys_argv", "dir", "orig_dir", "init_main_from_name", "init_main_from_path")

_BOOT = (
    "import json, sys; start = json.load(sys.stdin); sys.path[:] = start['sys_path']; "
    "from pikku.runtime.cpu.child import main; main(start)"
)


class ChildProcess:
    """Starts with its first call. `exchange` blocks and is for one thread at a time, `kill` may be called from any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._popen: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._life: int | None = None
        self._is_over = False

    @property
    def is_alive(self) -> bool:
        """Whether it can be given an order."""
        return not self._is_over and (self._popen is None or self._popen.poll() is None)

    def exchange(self, order: Order) -> Outcome:
        """What becomes of a call. Raises `ProcessDiedError` if the child dies, or is killed, before it can tell."""
        try:
            line = self._line or self._start()
            line.settimeout(None)
            line.sendall(framed(order))
            line.settimeout(LOOK_EVERY_S)
            while True:
                answer = read_answer(self._receive)
                if not isinstance(answer, Logged):
                    return answer
                write(answer)
        except (EOFError, ConnectionError) as error:
            raise ProcessDiedError(order.name, _end(self.end())) from error
        except BaseException:
            self.end()
            raise

    def kill(self) -> None:
        """End it at once, with all that it has started; a child that is not there yet does not come into being."""
        with self._lock:
            if not self._is_over and self._popen is not None:
                _kill_group(self._popen.pid)
            self._is_over = True

    def end(self) -> int | None:
        """Kill it, and wait until it has gone: its exit code. Blocks, for as long as the system takes."""
        self.kill()
        popen = self._popen
        code = None if popen is None else popen.wait()
        if self._line is not None:
            self._line.close()
        if self._life is not None:
            os.close(self._life)
        self._line = self._life = None
        return code

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        life_there, life_here = os.pipe()
        self._line, self._life = ours, life_here
        start = _preparation() | {"line": theirs.fileno(), "life": life_there}
        command = [start.pop("python"), *_flags(), "-P", "-c", _BOOT]
        try:
            with self._lock:
                if self._is_over:
                    raise EOFError
                # A session of its own: what a terminal or `kill 0` sends to the parent's group is for the parent.
                self._popen = popen = subprocess.Popen(  # noqa: S603  our own interpreter
                    command, stdin=subprocess.PIPE, pass_fds=[theirs.fileno(), life_there], start_new_session=True
                )
        finally:
            theirs.close()
            os.close(life_there)
        # Not as an argument: those have a limit, and anybody can read them.
        if popen.stdin is not None:
            with popen.stdin as boot:
                boot.write(json.dumps(start).encode())
        return ours

    def _receive(self, size: int) -> bytes:
        parts, has_ended = bytearray(), False
        while len(parts) < size:
            try:
                part = self._read(size - len(parts))
            except TimeoutError:
                if has_ended:
                    raise EOFError from None
                has_ended = not self.is_alive
                continue
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)

    def _read(self, size: int) -> bytes:
        if self._line is None:
            raise EOFError
        return self._line.recv(min(size, 1 << 20))


def _preparation() -> dict[str, Any]:
    """What a child of `multiprocessing` is told of its parent, without what is secret or cannot be written down, and
    which `python` it is (another one than ours where Python is embedded).
    """
    from multiprocessing import spawn  # most applications have no use for it

    known = spawn.get_preparation_data("pikku-cpu")
    prepared = {name: known[name] for name in _PREPARED if known.get(name) is not None}
    paths = [path for path in known["sys_path"] if isinstance(path, str)]
    return prepared | {"sys_path": paths, "python": os.fsdecode(spawn.get_executable())}


def _flags() -> list[str]:
    flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    return flags


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _end(code: int | None) -> str:
    if code is None:
        return "could not be started"
    if code >= 0:
        return f"ended by itself with exit code {code}"
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    return f"was ended by {name}" + (", as the system does when memory runs out" if name == "SIGKILL" else "")
