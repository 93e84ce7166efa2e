"""A function as type checkers are to see it."""

from msgspec import Struct

from pikku.codegen.choices import ANY, choices
from pikku.codegen.layout import alias
from pikku.codegen.names import identifiers
from pikku.codegen.shapes import Shapes
from pikku.model.manifest import Manifest


class TypedFunction(Struct, frozen=True, kw_only=True):
    """`data` and `result` are texts of types; `data` is `None` for a function that takes none."""

    name: str
    identifier: str
    description: str | None
    data: str | None
    result: str

    @property
    def aliases(self) -> list[str]:
        """Its types by names of their own: in a class, the names of methods would hide those of modules."""
        data = [] if self.data is None else alias(f"_Data_{self.identifier}", self.data)
        return [*data, *alias(f"_Result_{self.identifier}", self.result)]

    @property
    def data_parameter(self) -> list[str]:
        """The parameter of its data, if it takes any; what may be `None` may be left out."""
        if self.data is None:
            return []
        may_be_left_out = self.data == ANY or "None" in choices(self.data)
        return [f"data: _Data_{self.identifier}{' = None' if may_be_left_out else ''}"]

    @property
    def step(self) -> str:
        """What a call of it as a step gives."""
        return f"_Step[_Result_{self.identifier}]"


def typed_functions(manifest: Manifest, shapes: Shapes) -> list[TypedFunction]:
    """All functions, in the order of the manifest."""
    names = identifiers(function.name for function in manifest.functions)
    return [
        TypedFunction(
            name=function.name,
            identifier=names[function.name],
            description=function.description,
            data=shapes.accepted(function.data) if function.takes_data else None,
            result=shapes.given(function.result),
        )
        for function in manifest.functions
    ]
