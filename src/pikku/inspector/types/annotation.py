"""What an annotation says."""

import ast

from pikku.inspector.names.symbols import Scope
from pikku.inspector.types.classes import class_schema
from pikku.inspector.types.qualified import qualify
from pikku.inspector.types.quotes import unquoted
from pikku.inspector.types.schema import SchemaReader
from pikku.model.graph import DYNAMIC
from pikku.model.manifest import TypeRef


def type_of(annotation: ast.expr, scope: Scope) -> TypeRef:
    """The type that is written there; its schema is `None` where the source does not tell.

    `qualified` can be evaluated once `modules` are imported; a name that nobody else can reach, as of a class in a function, is
    `typing.Any` in it.
    """
    try:
        return _type_of(annotation, scope)
    except (RecursionError, MemoryError):
        return TypeRef(DYNAMIC, "typing.Any", ("typing",))


def _type_of(annotation: ast.expr, scope: Scope) -> TypeRef:
    reader = SchemaReader(class_schema)
    schema = reader.read(annotation, scope)
    qualified, modules = qualify(annotation, scope)
    return TypeRef(
        text=ast.unparse(unquoted(annotation) or annotation),
        qualified=qualified,
        modules=tuple(sorted({*modules, *reader.modules})),
        schema=None if schema is None else reader.document(schema),
    )
