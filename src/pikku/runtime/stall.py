"""Notices that the event loop does not turn, and names the line of the user's that keeps it."""

import asyncio
import logging
import sys
import sysconfig
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

logger = logging.getLogger("pikku.loop")

LOOKS = 4
"""The loop beats, and the thread looks, so often within the time that is still no stall."""

LONGEST_PAUSE_S = 0.25

_PACKAGE = str(Path(__file__).parents[1])
_PATHS = sysconfig.get_paths()
_LIBRARY = (_PATHS["stdlib"], _PATHS["platstdlib"], "<frozen")
_INSTALLED = (_PATHS["purelib"], _PATHS["platlib"])
_LOOP = str(Path(asyncio.__file__).parent)
_TURNS = {"_run_once", "run_forever", "run_until_complete", "run"}


class StallWatch:
    """Warns once of each time that the loop stands still for longer than `after_ms` milliseconds; 0 is never.

    The loop beats by a timer, and a thread reads the beats. A process that is stopped as a whole, by a debugger or by the
    sleep of the machine, is no stall: the thread has not been awake, and no processor time has been used.
    """

    def __init__(self, after_ms: int) -> None:
        self._after = after_ms / 1_000
        self._pause = min(LONGEST_PAUSE_S, self._after / LOOKS)
        self._beat_at = 0.0
        self._ended = threading.Event()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Watch the running loop."""
        if self._after <= 0:
            return
        self._beat(asyncio.get_running_loop())
        threading.Thread(target=self._look, args=[threading.get_ident()], name="pikku-stalls", daemon=True).start()

    def stop(self) -> None:
        """Watch no more. Safe when never started, and twice."""
        self._ended.set()
        if self._timer is not None:
            self._timer.cancel()

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        self._beat_at = time.monotonic()
        self._timer = loop.call_later(self._pause, self._beat, loop)

    def _look(self, thread: int) -> None:
        still, told = 0.0, False
        looked, beat, used = time.monotonic(), self._beat_at, time.process_time()
        while not self._ended.wait(self._pause):
            if self._beat_at != beat:
                beat, still, told = self._beat_at, 0.0, False
                looked = max(looked, beat)
            now, use = time.monotonic(), time.process_time()
            passed, worked = now - looked, use - used
            looked, used = now, use
            # Code that holds the interpreter's lock keeps this thread from looking, too: it uses the processor meanwhile,
            # or as much of it as a busy machine lets it have.
            still += passed if worked > passed / 2 else min(passed, max(worked, 2 * self._pause))
            # The beat that is missing was due one pause after the last one.
            if still - self._pause > self._after and not told:
                told = True
                self._tell(still - self._pause, thread)

    def _tell(self, seconds: float, thread: int) -> None:
        frame = sys._current_frames().get(thread)
        if frame is not None:
            logger.warning(
                "the event loop has been blocked for %.1f s, by %s, and no run of this process goes on meanwhile; "
                "make it a plain @func function, so that it runs in a thread (with cpu=True: in a process), or await",
                seconds,
                _place(frame),
            )


def _place(innermost: FrameType) -> str:
    """The innermost line of the user's own; if there is none, of a package that is installed; if there is none, of anybody."""
    frames = list(_outwards(innermost))
    theirs = [frame for frame in frames if not _is_library(frame.f_code.co_filename)]
    own = [frame for frame in theirs if not frame.f_code.co_filename.startswith(_INSTALLED)]
    frame = [*own, *theirs, *frames][0]
    return f"{frame.f_code.co_filename}:{frame.f_lineno}, in {frame.f_code.co_qualname}"


def _outwards(innermost: FrameType) -> Iterator[FrameType]:
    """The frames up to that of the loop: what is around it has started it, and blocks nothing."""
    frame: FrameType | None = innermost
    while frame is not None:
        yield frame
        code, frame = frame.f_code, frame.f_back
        if code.co_name in _TURNS and code.co_filename.startswith(_LOOP):
            return


def _is_library(file: str) -> bool:
    return file.startswith(_PACKAGE) or (file.startswith(_LIBRARY) and not file.startswith(_INSTALLED))
