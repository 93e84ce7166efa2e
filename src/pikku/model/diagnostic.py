"""What is wrong in the source, or may be."""

from enum import StrEnum

from msgspec import Struct

from pikku.model.place import Place


class Severity(StrEnum):
    """An error stops `pikku check`; a warning is likely a mistake; information is worth a look."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


class Rule(Struct, frozen=True):
    """A kind of diagnostic. `code` is `PKU` and three digits, for ever; `title` is short, for lists."""

    code: str
    severity: Severity
    title: str


class Diagnostic(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One finding: `message` says what is wrong here, `fix` what to write instead. `end` is behind its last character."""

    code: str
    severity: Severity
    message: str
    place: Place
    end: Place | None = None
    fix: str | None = None
