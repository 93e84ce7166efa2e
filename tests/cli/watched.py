"""A command that stays, what it writes, and the source under it."""

import signal
import threading
from typing import IO

from tests.cli.surroundings import Shop
from tests.cli.works import PATIENCE, until


class Watched:
    """A process that watches the source of the project. It is killed by `close` if it still runs."""

    def __init__(self, project: Shop, *arguments: str) -> None:
        self._project = project
        self.process = project.process(*arguments)
        self._lines: list[str] = []
        self._threads = [self._reading(stream) for stream in (self.process.stdout, self.process.stderr)]

    def write(self, text: str, name: str = "shop.py") -> None:
        (self._project.folder / name).write_text(text, "utf-8")

    def until_said(self, words: str, times: int = 1) -> str:
        """The line with these words, when it has been written so often."""
        try:
            until(lambda: len(self._with(words)) >= times, words)
        except AssertionError as error:
            raise AssertionError("".join([f"{error}, in:\n", *self._lines])) from None
        return self._with(words)[times - 1]

    def has_said(self, words: str) -> bool:
        return bool(self._with(words))

    def end(self, number: int = signal.SIGINT) -> int:
        """The exit code after this signal."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def until_silent(self) -> None:
        """No process has its streams any more: it has ended, and so have those that it started."""
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.until_silent()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()

    def _with(self, words: str) -> list[str]:
        return [line for line in self._lines if words in line]

    def _reading(self, stream: IO[str] | None) -> threading.Thread:
        assert stream is not None
        thread = threading.Thread(target=self._lines.extend, args=[stream])
        thread.start()
        return thread
