"""The syntax tree of a file, or why there is none."""

import ast
import io
import re
import sys
import tokenize
import warnings

from msgspec import Struct

_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"  # newer ones know more
_SURROGATE = re.compile(r"\\(u|U0000)[dD][89a-fA-F]")


class Parsed(Struct, frozen=True, eq=False):
    """A file that could be read. Columns of the tree count characters, not bytes as Python's own do."""

    tree: ast.Module
    text: str


class Unreadable(Struct, frozen=True):
    """A file that could not be read, and where in it; line and column count from 1."""

    problem: str
    line: int = 1
    column: int = 1


def parse(data: bytes) -> Parsed | Unreadable:
    """The tree of a file's content. Whatever is wrong with it becomes `Unreadable`."""
    nul = data.find(b"\0")
    if nul >= 0:
        return Unreadable("it contains NUL bytes", data.count(b"\n", 0, nul) + 1)
    text = decoded(data)
    if isinstance(text, Unreadable):
        return text
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except SyntaxError as error:
        problem = f"syntax error for Python {_VERSION}: {error.msg}"
        return Unreadable(problem, error.lineno or 1, max(error.offset or 1, 1))
    except (RecursionError, MemoryError):
        return Unreadable("it is nested too deeply for Python's parser")
    except ValueError as error:
        return Unreadable(str(error))
    if not text.isascii():
        _count_characters(tree, text)
    if _SURROGATE.search(text):
        _mend_texts(tree)
    return Parsed(tree, text)


def parse_expression(text: str) -> ast.expr:
    """The tree of an expression that is known to be one, without places."""
    return ast.parse(text, mode="eval").body


def decoded(data: bytes) -> str | Unreadable:
    """The text of a file, in the encoding that it declares, with `\\n` at the end of lines."""
    encoding = "utf-8"
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Unreadable(f"it is not {encoding}: byte 0x{data[error.start]:02x} cannot be decoded", line)
    except (SyntaxError, LookupError) as error:
        return Unreadable(f"its encoding is not known: {error}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _mend_texts(tree: ast.Module) -> None:
    """Halves of surrogate pairs, which no file that is written could hold, become `?`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = node.value.encode("utf-8", "replace").decode()


def _count_characters(tree: ast.Module, text: str) -> None:
    wide = {
        number: line.encode("utf-8", "surrogatepass")
        for number, line in enumerate(text.split("\n"), 1)
        if not line.isascii()
    }
    for node in ast.walk(tree):
        for line_name, column_name in (("lineno", "col_offset"), ("end_lineno", "end_col_offset")):
            line = wide.get(getattr(node, line_name, 0))
            if line is not None:
                before = line[: getattr(node, column_name)]
                setattr(node, column_name, len(before.decode("utf-8", "replace")))
