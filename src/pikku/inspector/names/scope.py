"""Names are looked up here: in a function, in what is around it, in its module, in other modules."""

import ast
import builtins
from collections.abc import Mapping
from typing import NamedTuple

from pikku.inspector.listing import SourceFile
from pikku.inspector.names import instances, origins
from pikku.inspector.names.bindings import Assigned, Binding, Bound, Defined, Imported, bindings_of, with_parameters
from pikku.inspector.names.codebase import Codebase, Outline
from pikku.inspector.names.external import external
from pikku.inspector.names.literals import value_written
from pikku.inspector.names.nesting import Block, blocks_around
from pikku.inspector.names.symbols import Constant, Definition, External, Module, Symbol, Unknown


class _Known(NamedTuple):
    """What a name was found to stand for, and what had to be looked at for it."""

    symbol: Symbol
    looked_at: set[str]
    generation: int


class ModuleScope:
    """The names of a module; `LocalScope` adds those of a function or class in it. Both are a `symbols.Scope`."""

    def __init__(self, codebase: Codebase, outline: Outline) -> None:
        self.codebase = codebase
        self.outline = outline
        self._symbols: dict[str, _Known] = {}

    @property
    def module(self) -> str:
        return self.outline.source.module

    @property
    def file(self) -> str:
        return self.outline.source.file

    @property
    def qualname(self) -> str:
        """Of the function or class; empty for a module."""
        return ""

    @property
    def is_class(self) -> bool:
        """Whether this is what stands in a class."""
        return False

    def resolve(self, expression: ast.expr) -> Symbol:
        match expression:
            case ast.Name(id=name):
                return self._name(name)
            case ast.Attribute():
                return self._attribute(expression)
            case ast.Lambda():
                return Definition(self.module, self.inner_name("<lambda>"), expression)
        return value_written(expression, self) or Unknown(text_of(expression))

    def value_of(self, name: str) -> ast.expr | None:
        found = self.holder(name)
        return None if found is None else only_value(found[0])

    def annotation_of(self, name: str) -> ast.expr | None:
        found = self.holder(name)
        assigned = [] if found is None else [each.what for each in found[0] if isinstance(each.what, Assigned)]
        written = [each.annotation for each in assigned if each.annotation is not None]
        return written[0] if len(written) == 1 else None

    def binding(self, expression: ast.expr) -> "tuple[ast.expr, ModuleScope] | None":
        return origins.origin_of(self, expression)

    def variable_of(self, expression: ast.expr) -> str | None:
        return origins.variable_of(self, expression)

    def inside(self, definition: Definition) -> "ModuleScope":
        """The scope of the body of a function or class; that of its module if it is not found there."""
        scope = self.scope_of_module(definition.module)
        if scope is None:
            return self
        known = scope.outline.scopes
        if definition.node in known:
            found: ModuleScope = known[definition.node]
            return found
        for block in blocks_around(scope.outline.tree, definition.node):
            scope = scope.within(block)
        return scope

    def within(self, block: Block) -> "ModuleScope":
        """The scope of a function or class that is defined in this very block."""
        known = self.outline.scopes
        if block not in known:
            known[block] = LocalScope(self, block)
        scope: ModuleScope = known[block]
        return scope

    def scope_of_module(self, module: str) -> "ModuleScope | None":
        """Another module's scope, if it is one of the project and can be read."""
        return module_scope(self.codebase, module)

    def inner_name(self, name: str) -> str:
        """The qualified name of what is defined in this block."""
        return name

    def own(self, name: str) -> list[Binding]:
        """How the name is bound in this very block."""
        bound = self.outline.names.get(name, [])
        return [*bound, Binding(Assigned())] if name in self.outline.changed else bound

    def holder(self, name: str) -> "tuple[list[Binding], ModuleScope] | None":
        """How a name is bound that is seen here, and in which block."""
        own = self.own(name)
        return (own, self) if own else None

    def instance_of(self, name: str) -> Symbol | None:
        """The class of which the first parameter of a method is an instance."""
        return None

    def absolute(self, module: str) -> str | None:
        """An imported module's name without leading dots; `None` if there are too many of them."""
        rest = module.lstrip(".")
        dots = len(module) - len(rest)
        if not dots:
            return module
        parts = self.module.split(".")
        kept = len(parts) - (dots - 1 if self.outline.source.is_package else dots)
        return ".".join([*parts[:kept], *([rest] if rest else [])]) if kept > 0 or (kept == 0 and rest) else None

    def project_module(self, module: str) -> str | None:
        """The module of the project that an import means; `None` if it is one of a library."""
        absolute = self.absolute(module)
        if absolute is None or module.startswith("."):
            return absolute
        return self.codebase.find(absolute, self.module)

    def symbol(self, name: str, bindings: list[Binding]) -> Symbol:
        """What a name stands for that is bound in this block."""
        known = self._symbols.get(name)
        if known is not None and known.generation == self.codebase.generation:
            self.codebase.looked_at |= known.looked_at
            return known.symbol
        with self.codebase.resolving((id(self), name)) as way:
            if way is None:
                return self._submodule(name) or Unknown(name)
            symbol = self._symbol(name, bindings)
        if way.is_whole:
            self._symbols[name] = _Known(symbol, way.looked_at, self.codebase.generation)
        return symbol

    def _symbol(self, name: str, bindings: list[Binding]) -> Symbol:
        found = self._what(last(bindings))
        is_rebound = len([each for each in bindings if not each.is_fallback]) > 1
        if found is None or (is_rebound and not self._stands(found, bindings)):
            return Unknown(name)
        return found

    def _stands(self, symbol: Symbol, bindings: list[Binding]) -> bool:
        """Whether a name that is bound several times stands for the last one: definitions do, values do not."""
        return isinstance(symbol, Definition | Module | External) and not isinstance(last(bindings).what, Assigned)

    def member(self, module: str, name: str) -> Symbol:
        """What `module.name` stands for, of a module of the project."""
        scope = self.scope_of_module(module)
        if scope is not None:
            found = scope.symbol(name, scope.own(name)) if scope.own(name) else scope.starred(name)
            if found is not None:
                return found
        if self.codebase.has(f"{module}.{name}"):
            return Module(f"{module}.{name}")
        # A file that is not there may be generated later, or lie elsewhere on the path: it is as good as a library's.
        return External(f"{module}.{name}") if scope is None else Unknown(f"{module}.{name}")

    def starred(self, name: str) -> Symbol | None:
        """What `from module import *` brings under this name."""
        if not self.outline.stars:
            return None
        with self.codebase.resolving((id(self), f"*{name}")) as way:
            found = (self._from_star(star, name) for star in reversed(self.outline.stars)) if way else ()
            return next((each for each in found if each is not None), None)

    def gives(self, name: str) -> bool:
        """Whether `import *` of this module brings the name, if it has it."""
        exports = self.outline.exports
        return (name in exports) if exports is not None else not name.startswith("_")

    def _from_star(self, star: str, name: str) -> Symbol | None:
        module = self.project_module(star)
        if module is None:
            return None if hasattr(builtins, name) or star.startswith(".") else external(f"{star}.{name}")
        other = self.scope_of_module(module)
        if other is None or not other.gives(name):
            return None
        own = other.own(name)
        return other.symbol(name, own) if own else other.starred(name)

    def _name(self, name: str) -> Symbol:
        found = self.holder(name)
        if found is not None:
            return found[1].symbol(name, found[0])
        starred = self.starred(name)
        if starred is not None:
            return starred
        if name == "__name__":
            return Constant(self.module)
        return External(name) if hasattr(builtins, name) else Unknown(name)

    def _submodule(self, name: str) -> Module | None:
        """`from . import name` in a package: the name is in the middle of being looked up."""
        module = f"{self.module}.{name}"
        return Module(module) if self.outline.source.is_package and self.codebase.has(module) else None

    def _what(self, binding: Binding) -> Symbol | None:
        match binding.what:
            case Defined(node=node):
                return Definition(self.module, self.inner_name(node.name), node)
            case Imported(module=module, name=None):
                found = self.codebase.find(module, self.module)
                return external(module) if found is None else Module(found)
            case Imported(module=module, name=str(name)):
                return self._imported(module, name)
            case Assigned(value=ast.expr() as value):
                return self.resolve(value)
        return None

    def _imported(self, module: str, name: str) -> Symbol:
        if self.absolute(module) is None:
            return Unknown(f"{module}.{name}")
        found = self.project_module(module)
        return external(f"{module}.{name}") if found is None else self.member(found, name)

    def _attribute(self, expression: ast.Attribute) -> Symbol:
        base = self.resolve(expression.value)
        found: Symbol | None = None
        match base:
            case Module(name=module):
                return Constant(module) if expression.attr == "__name__" else self.member(module, expression.attr)
            case External(name=name):
                return external(f"{name}.{expression.attr}")
            case Definition(node=ast.FunctionDef() | ast.AsyncFunctionDef() as node) if expression.attr == "__name__":
                return Constant(node.name)
            case Definition(node=ast.ClassDef()):
                found = instances.member_of_class(self, base, expression.attr)
            case Constant() if expression.attr == "value" and isinstance(expression.value, ast.Attribute):
                return base  # `Color.RED.value`
            case Unknown():
                found = instances.member_of_instance(self, expression)
        if found is None and isinstance(base, Unknown):
            return Unknown(f"{base.text}.{expression.attr}")
        return found or Unknown(text_of(expression))


class LocalScope(ModuleScope):
    """The names of a function or class, before those that are around it."""

    def __init__(self, around: ModuleScope, node: Block) -> None:
        super().__init__(around.codebase, around.outline)
        self._around = around
        self._node = node
        self._bound: Bound | None = None

    @property
    def qualname(self) -> str:
        return self._around.inner_name(getattr(self._node, "name", "<lambda>"))

    @property
    def is_class(self) -> bool:
        return isinstance(self._node, ast.ClassDef)

    def own(self, name: str) -> list[Binding]:
        if self._bound is None:
            node = self._node
            self._bound = bindings_of(node.body) if isinstance(node, ast.ClassDef) else with_parameters(node)
        return self._bound.names.get(name, [])

    def holder(self, name: str) -> "tuple[list[Binding], ModuleScope] | None":
        own = self.own(name)
        if own and not (self.is_class and _are_fields(own)):
            return own, self
        around = self._around
        while isinstance(around, LocalScope) and around.is_class:
            around = around._around  # functions do not see the names of a class that they are in
        return around.holder(name)

    def inner_name(self, name: str) -> str:
        return f"{self.qualname}.{name}" if self.is_class else f"{self.qualname}.<locals>.{name}"

    def instance_of(self, name: str) -> Symbol | None:
        owner, node = self._around, self._node
        if not isinstance(owner, LocalScope) or not isinstance(owner._node, ast.ClassDef):
            return None
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return None
        first = [*node.args.posonlyargs, *node.args.args][:1]
        is_static = any(getattr(each, "id", "") == "staticmethod" for each in node.decorator_list)
        if not first or first[0].arg != name or is_static:
            return None
        return Definition(self.module, owner.qualname, owner._node)

    def _submodule(self, name: str) -> Module | None:
        return None

    def _stands(self, symbol: Symbol, bindings: list[Binding]) -> bool:
        # Of a local function that is defined twice, either may be meant; imports of the same are common.
        return isinstance(symbol, Definition | Module | External) and all(
            isinstance(each.what, Defined | Imported) for each in bindings
        )


def module_scope(codebase: Codebase, module: str) -> ModuleScope | None:
    """The scope of a module; `None` if the project has none of that name, or it cannot be read."""
    outline = codebase.outline(module)
    return None if outline is None else scope_of(codebase, outline)


def scope_of(codebase: Codebase, outline: Outline) -> ModuleScope:
    """The scope of a module that is read already; there is one for each outline."""
    if outline.tree not in outline.scopes:
        outline.scopes[outline.tree] = ModuleScope(codebase, outline)
    scope: ModuleScope = outline.scopes[outline.tree]
    return scope


def scope_of_texts(texts: Mapping[str, str], module: str) -> ModuleScope:
    """The scope of a module among others that are given by name and text. For tests."""
    files = [
        SourceFile(f"{name.replace('.', '/')}.py", name, any(each.startswith(f"{name}.") for each in texts), True)
        for name in texts
    ]
    contents = {each.file: texts[each.module].encode() for each in files}
    scope = module_scope(Codebase(files, contents), module)
    if scope is None:
        raise ValueError(f"{module} cannot be read")
    return scope


def last(bindings: list[Binding]) -> Binding:
    """The binding that holds: the last one that is no fallback."""
    real = [each for each in bindings if not each.is_fallback]
    return (real or bindings)[-1]


def only_value(bindings: list[Binding]) -> ast.expr | None:
    """The value of a name that is bound exactly once."""
    values = [each.what for each in bindings if isinstance(each.what, Assigned)]
    return values[0].value if len(values) == len(bindings) == 1 else None


def text_of(expression: ast.expr) -> str:
    """The source of an expression, `…` for one that is nested too deeply."""
    parts: list[str] = []
    inner = expression
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    if isinstance(inner, ast.Name):  # most are such, and unparsing is slow
        return ".".join([inner.id, *reversed(parts)])
    try:
        return ast.unparse(expression)
    except (RecursionError, AttributeError, ValueError):
        return "…"


def _are_fields(bindings: list[Binding]) -> bool:
    """Whether these are annotated attributes of a class: `date: date` does not mean itself."""
    return all(isinstance(each.what, Assigned) and each.what.annotation is not None for each in bindings)
