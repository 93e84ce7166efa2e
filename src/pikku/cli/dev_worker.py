"""The worker of `pikku dev`: `pikku worker` in a process that ends with the one that started it, in whatever way that ends.

python -m pikku.cli.dev_worker --app shop.app:app
"""

import os
import signal
import sys
import threading

from pikku.cli.main import main

STDIN = 0


def _end_with_parent() -> None:
    """The parent holds the other end of the standard input, and writes nothing: it closes when the parent ends."""
    while os.read(STDIN, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, name="pikku-parent", daemon=True).start()
    sys.exit(main(["worker", *sys.argv[1:]]))
