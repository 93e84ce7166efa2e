"""Changes a flag."""

from shop import state


def switch_on(name: str) -> None:
    state.FLAGS[name] = True
