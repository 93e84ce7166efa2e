"""A place in the source."""

from msgspec import Struct


class Place(Struct, frozen=True, order=True):
    """Lines and columns count from 1; columns are characters. `file` is relative to the project, with `/`."""

    file: str
    line: int
    column: int
