"""Findings as SARIF 2.1.0, which code scanning services and editors read."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pikku.cli.formats.repository import file_in_repository
from pikku.cli.formats.rule_pages import RULES_FOLDER, page_of
from pikku.cli.json_output import print_json
from pikku.model.diagnostic import Diagnostic, Rule, Severity
from pikku.model.rules import RULES

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note"}


def write(diagnostics: Sequence[Diagnostic], root: Path) -> None:
    print_json(sarif(diagnostics, root))


def sarif(diagnostics: Sequence[Diagnostic], root: Path) -> dict[str, Any]:
    """The document, with one run. Rules are listed whether or not anything was found, as scanning services want it."""
    codes = sorted(RULES)
    driver = {
        "name": "pikku",
        "version": version("pikku"),
        "informationUri": RULES_FOLDER,
        "rules": [_rule(RULES[code]) for code in codes],
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the checkout."}}},
                "results": [_result(diagnostic, codes, root) for diagnostic in diagnostics],
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "shortDescription": {"text": rule.title},
        "helpUri": page_of(rule.code),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(diagnostic: Diagnostic, codes: Sequence[str], root: Path) -> dict[str, Any]:
    message = diagnostic.message + (f"\nFix: {diagnostic.fix}" if diagnostic.fix else "")
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": message},
        "locations": [{"physicalLocation": _location(diagnostic, root)}],
    }
    if diagnostic.code in codes:
        result["ruleIndex"] = codes.index(diagnostic.code)
    return result


def _location(diagnostic: Diagnostic, root: Path) -> dict[str, Any]:
    file = quote(file_in_repository(diagnostic.place.file, root), errors="surrogateescape")
    region = {"startLine": diagnostic.place.line, "startColumn": diagnostic.place.column}
    if diagnostic.end is not None:
        region |= {"endLine": diagnostic.end.line, "endColumn": diagnostic.end.column}
    return {"artifactLocation": {"uri": file, "uriBaseId": "SRCROOT"}, "region": region}
