"""Where a project keeps its clock."""

import time


def now() -> float:
    return time.time()  # want: PKU801
