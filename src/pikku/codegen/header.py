"""The first lines of generated files."""

from pikku.codegen.names import quoted_line

MARK = "Written by `pikku prebuild`"
"""What tells our files from those of others."""

_LONGEST = 110


def module_header(title: str, more: str = "") -> str:
    """The docstring of a module, and what tools are to leave alone."""
    body = f"\n\n{more}" if more else ""
    return (
        f'"""{title}\n\n{MARK}: do not edit, but run that again when the source has changed.{body}\n"""\n\n'
        "# fmt: off\n# ruff: noqa\n# ruff: noqa: PGH004\n# isort: skip_file\n"
    )


def graph_lines(hashes: dict[str, str]) -> str:
    """The hash of each workflow's graph, for the docstring of a module."""
    if not hashes:
        return "There are no workflows."
    lines = ["The graphs of the workflows:", ""]
    lines += [f"    {digest}  {quoted_line(name)[:_LONGEST]}" for name, digest in sorted(hashes.items())]
    return "\n".join(lines)
