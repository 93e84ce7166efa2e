"""`# pikku: ignore[PKU801]` on a line, `# pikku: ignore-file[PKU801]` at the top of a file."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from pikku.inspector.rules.finding import at_place
from pikku.model.diagnostic import Diagnostic
from pikku.model.place import Place

_COMMENT = re.compile(r"#\s*pikku:\s*ignore(-file)?(?:\s*\[([^\]]*)\])?")
_CODE = re.compile(r"PKU\d{3}")


class _Ignore(Struct, frozen=True):
    """One code of a comment; `None` where the comment names none. `lines` are those that it speaks of."""

    code: str | None
    place: Place
    lines: frozenset[int] | None


def without_ignored(diagnostics: Iterable[Diagnostic], texts_by_file: Mapping[str, str]) -> list[Diagnostic]:
    """The diagnostics by place, each once, without those that a comment of their file ignores.

    A comment speaks of its own line, and of the statement that begins or ends on it. Comments that ignore nothing are
    diagnostics themselves.
    """
    found = {(each.code, each.place): each for each in reversed(list(diagnostics))}
    ignores = [ignore for file, text in texts_by_file.items() for ignore in _ignores(file, text)]
    used = {each for each in ignores for diagnostic in found.values() if _speaks_of(each, diagnostic)}
    kept = [each for each in found.values() if not any(_speaks_of(ignore, each) for ignore in used)]
    kept += (_useless(each) for each in ignores if each not in used and not _is_for_itself(each, ignores))
    return sorted(kept, key=lambda each: (each.place, each.code, each.message))


def _speaks_of(ignore: _Ignore, diagnostic: Diagnostic) -> bool:
    if ignore.code != diagnostic.code or ignore.place.file != diagnostic.place.file:
        return False
    return ignore.lines is None or diagnostic.place.line in ignore.lines


def _is_for_itself(ignore: _Ignore, ignores: Iterable[_Ignore]) -> bool:
    """Whether the same comment says that it may be useless, as in code that is inspected by several versions."""
    return any(each.code == "PKU002" and each.place.line == ignore.place.line for each in ignores)


def _useless(ignore: _Ignore) -> Diagnostic:
    if ignore.code is None:
        message, fix = "an ignore comment must name what it ignores", "`# pikku: ignore[PKU801]`"
    elif ignore.lines == frozenset():
        message, fix = "`ignore-file` is for the top of a file, before its first statement", "move it up"
    else:
        message, fix = f"{ignore.code} is not found here", "remove it from the comment"
    return at_place("PKU002", ignore.place, message, fix)


def _ignores(file: str, text: str) -> Iterator[_Ignore]:
    if "pikku:" not in text:
        return
    try:
        comments = [
            each for each in tokenize.generate_tokens(io.StringIO(text).readline) if each.type == tokenize.COMMENT
        ]
        statements = _statements(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        return
    for comment in comments:
        match = _COMMENT.match(comment.string)
        if match is not None:
            place = Place(file, comment.start[0], comment.start[1] + 1)
            lines = _lines_of_file(place.line, statements) if match[1] else _lines(place.line, statements)
            codes = _CODE.findall(match[2] or "")
            yield from (_Ignore(code, place, lines) for code in dict.fromkeys(codes or [None]))


def _statements(tree: ast.Module) -> list[tuple[int, int]]:
    """First and last lines of all statements; of those with statements in them, of their heads."""
    return [_span(node) for node in ast.walk(tree) if isinstance(node, ast.stmt)]


def _span(statement: ast.stmt) -> tuple[int, int]:
    body = getattr(statement, "body", None)
    if isinstance(body, list) and body:
        first = min([statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", ()))])
        return first, max(statement.lineno, body[0].lineno - 1)
    is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return statement.lineno * (not is_docstring), statement.end_lineno or statement.lineno


def _lines(line: int, statements: list[tuple[int, int]]) -> frozenset[int]:
    spoken = {line}
    for first, last in statements:
        if line in (first, last):
            spoken.update(range(first, last + 1))
    return frozenset(spoken)


def _lines_of_file(line: int, statements: list[tuple[int, int]]) -> frozenset[int] | None:
    first = min((first for first, _ in statements if first), default=line + 1)
    return None if line < first else frozenset()
