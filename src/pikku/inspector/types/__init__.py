"""Annotations of the source as types with JSON Schema, and whether an expression can fit one."""

from pikku.inspector.types.annotation import type_of
from pikku.inspector.types.fitting import misfit

__all__ = ["misfit", "type_of"]
