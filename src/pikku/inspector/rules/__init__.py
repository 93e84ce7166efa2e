"""What is wrong in bodies and definitions, or may be: one file for each rule, or for some that look at the same things."""

from pikku.inspector.rules.changes import changes_in
from pikku.inspector.rules.checking import check_body
from pikku.inspector.rules.definitions import MarkedBody, Wired, check_definitions
from pikku.inspector.rules.ignoring import without_ignored
from pikku.inspector.rules.strays import check_function

__all__ = [
    "MarkedBody",
    "Wired",
    "changes_in",
    "check_body",
    "check_definitions",
    "check_function",
    "without_ignored",
]
