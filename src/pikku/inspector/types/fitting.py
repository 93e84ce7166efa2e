"""Whether what a step is given can be what its function takes. Says nothing where it is not sure."""

import ast
from collections.abc import Mapping
from typing import Any

from pikku.inspector.names.symbols import Scope
from pikku.inspector.types.conflict import Conflicts
from pikku.inspector.types.offered import Offers
from pikku.inspector.types.schema import Schema
from pikku.model.manifest import FunctionInfo


def misfit(
    data: ast.expr, schema: Schema | None, scope: Scope, functions: Mapping[str, FunctionInfo] | None = None
) -> str | None:
    """Why the values of an expression cannot be of a type: "`to` is missing"; `None` if they can be, or who knows.

    What counts is what fails at runtime: a dict fits a dataclass, and further fields do no harm unless the type forbids them.
    With `functions`, the results of steps that call these by name are known, too.
    """
    if not schema:
        return None
    try:
        offers = Offers(scope, functions or {})
        offered = offers.of(data)
        definitions: dict[str, Any] = {**offers.definitions, **schema.get("$defs", {})}
        return Conflicts(definitions).between(offered, schema, "", lax=False)
    except RecursionError:
        return None
