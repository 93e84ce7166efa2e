"""Names are looked up here: in a function, in what is around it, in its module, in other modules."""

import ast
import builtins
from collections.abc import Mapping

from pikku.inspector.bindings import Assigned, Binding, Bound, Defined, Entered, Imported, bindings_of, with_parameters
from pikku.inspector.codebase import Codebase, Outline
from pikku.inspector.external import external
from pikku.inspector.listing import SourceFile
from pikku.inspector.literals import value_written
from pikku.inspector.nesting import Block, blocks_around
from pikku.inspector.symbols import Constant, Definition, External, Module, Symbol, Unknown

_DEEPEST = 60
"""How many names may stand for each other in a row."""


class ModuleScope:
    """The names of a module; `LocalScope` adds those of a function or class in it. Both are a `symbols.Scope`."""

    def __init__(self, codebase: Codebase, outline: Outline) -> None:
        self._codebase = codebase
        self._outline = outline

    @property
    def module(self) -> str:
        return self._outline.source.module

    @property
    def file(self) -> str:
        return self._outline.source.file

    @property
    def qualname(self) -> str:
        """Of the function or class; empty for a module."""
        return ""

    def resolve(self, expression: ast.expr) -> Symbol:
        match expression:
            case ast.Name(id=name):
                return self._name(name, expression)
            case ast.Attribute():
                return self._attribute(expression)
            case ast.Lambda():
                return Definition(self.module, self._inner_name("<lambda>"), expression)
        return value_written(expression, self) or Unknown(_text(expression))

    def value_of(self, name: str) -> ast.expr | None:
        found = self._holder(name)
        return None if found is None else _only_value(found[0])

    def annotation_of(self, name: str) -> ast.expr | None:
        found = self._holder(name)
        annotations = [] if found is None else [each.what for each in found[0] if isinstance(each.what, Assigned)]
        written = [each.annotation for each in annotations if each.annotation is not None]
        return written[0] if len(written) == 1 else None

    def binding(self, expression: ast.expr) -> "tuple[ast.expr, ModuleScope] | None":
        match expression:
            case ast.Name(id=name):
                found = self._holder(name)
                return None if found is None else found[1]._followed(name, found[0])
            case ast.Attribute(value=value, attr=name):
                base = self.resolve(value)
                if isinstance(base, Module):
                    return self._bound_in(base.name, name)
                if isinstance(base, Definition) and isinstance(base.node, ast.ClassDef):
                    scope = self.inside(base)
                    own = scope._own(name)
                    return scope._followed(name, own) if own else None
        return None

    def inside(self, definition: Definition) -> "ModuleScope":
        """The scope of the body of a function or class; that of its module if it is not found there."""
        outline = self._codebase.outline(definition.module)
        if outline is None:
            return self
        scope = ModuleScope(self._codebase, outline)
        for block in blocks_around(outline.tree, definition.node):
            scope = LocalScope(scope, block)
        return scope

    def scope_of_module(self, module: str) -> "ModuleScope | None":
        """Another module's scope, if it is one of the project and can be read."""
        outline = self._codebase.outline(module)
        return None if outline is None else ModuleScope(self._codebase, outline)

    def _own(self, name: str) -> list[Binding]:
        """How the name is bound in this very block."""
        bound = self._outline.names.get(name, [])
        return [*bound, Binding(Assigned())] if name in self._outline.changed else bound

    def _holder(self, name: str) -> "tuple[list[Binding], ModuleScope] | None":
        """How a name is bound that is seen here, and where."""
        own = self._own(name)
        return (own, self) if own else None

    def _inner_name(self, name: str) -> str:
        return name

    def _instance(self, name: str) -> Symbol | None:
        """The class of which the first parameter of a method is an instance."""
        return None

    def _name(self, name: str, expression: ast.expr) -> Symbol:
        found = self._holder(name)
        if found is not None:
            return found[1]._symbol(name, found[0], expression)
        return self._unbound(name, expression)

    def _unbound(self, name: str, expression: ast.expr) -> Symbol:
        starred = self._starred(self._outline, name)
        if starred is not None:
            return starred
        return External(name) if hasattr(builtins, name) else Unknown(_text(expression))

    def _symbol(self, name: str, bindings: list[Binding], expression: ast.expr) -> Symbol:
        """What the name stands for, which is bound in this block."""
        key = (f"{self.module}:{self.qualname}", name)
        resolving = self._codebase.resolving
        if key in resolving or len(resolving) > _DEEPEST:
            return self._codebase_submodule(name) or Unknown(_text(expression))
        resolving.add(key)
        try:
            symbol = self._what(_last(bindings))
        finally:
            resolving.discard(key)
        if symbol is None or (_is_rebound(bindings) and not isinstance(symbol, Definition | Module | External)):
            return Unknown(_text(expression))
        return symbol

    def _codebase_submodule(self, name: str) -> Module | None:
        module = f"{self.module}.{name}"
        return Module(module) if self._outline.source.is_package and self._codebase.has(module) else None

    def _what(self, binding: Binding) -> Symbol | None:
        match binding.what:
            case Defined(node=node):
                return Definition(self.module, self._inner_name(node.name), node)
            case Imported(module=module, name=None):
                found = self._codebase.find(module, self.module)
                return external(module) if found is None else Module(found)
            case Imported(module=module, name=str(name)):
                return self._imported(module, name)
            case Assigned(value=ast.expr() as value):
                return self.resolve(value)
        return None

    def _imported(self, module: str, name: str) -> Symbol:
        absolute = self._absolute(module)
        if absolute is None:
            return Unknown(f"{module}.{name}")
        found = absolute if module.startswith(".") else self._codebase.find(absolute, self.module)
        return external(f"{absolute}.{name}") if found is None else self._member(found, name)

    def _absolute(self, module: str) -> str | None:
        """An imported module's name without leading dots; `None` if there are too many of them."""
        rest = module.lstrip(".")
        dots = len(module) - len(rest)
        if not dots:
            return module
        parts = self.module.split(".")
        up = dots - 1 if self._outline.source.is_package else dots
        if up >= len(parts) and not (up == len(parts) and rest):
            return None
        return ".".join(filter(None, [*parts[: len(parts) - up], rest]))

    def _member(self, module: str, name: str) -> Symbol:
        """What `module.name` stands for, of a module of the project."""
        scope = self.scope_of_module(module)
        if scope is not None:
            own = scope._own(name)
            expression = ast.Name(f"{module}.{name}")
            if own:
                return scope._symbol(name, own, expression)
            starred = scope._starred(scope._outline, name)
            if starred is not None:
                return starred
        if self._codebase.has(f"{module}.{name}"):
            return Module(f"{module}.{name}")
        # A file that is not there may be generated later, or lie elsewhere on the path: it is as good as a library's.
        return External(f"{module}.{name}") if scope is None else Unknown(f"{module}.{name}")

    def _starred(self, outline: Outline, name: str) -> Symbol | None:
        """What `from module import *` brings under this name."""
        key = (f"{outline.source.module}:*", name)
        if not outline.stars or key in self._codebase.resolving:
            return None
        self._codebase.resolving.add(key)
        try:
            found = [self._from_star(star, name) for star in reversed(outline.stars)]
        finally:
            self._codebase.resolving.discard(key)
        return next((each for each in found if each is not None), None)

    def _from_star(self, star: str, name: str) -> Symbol | None:
        absolute = self._absolute(star)
        found = absolute and (absolute if star.startswith(".") else self._codebase.find(absolute, self.module))
        if found is None or absolute is None:
            is_builtin = hasattr(builtins, name)
            return None if is_builtin or absolute is None else external(f"{absolute}.{name}")
        other = self.scope_of_module(found)
        if other is None:
            return None
        exports = other._outline.exports
        if (name not in exports) if exports is not None else name.startswith("_"):
            return None
        own = other._own(name)
        return other._symbol(name, own, ast.Name(name)) if own else other._starred(other._outline, name)

    def _attribute(self, expression: ast.Attribute) -> Symbol:
        base = self.resolve(expression.value)
        match base:
            case Module(name=module):
                return self._member(module, expression.attr)
            case External(name=name):
                return external(f"{name}.{expression.attr}")
            case Definition(node=ast.ClassDef()):
                return self._member_of_class(base, expression.attr) or Unknown(_text(expression))
            case Unknown():
                made = self._class_of(expression.value)
                return self._member_of_instance(made, expression) or Unknown(_text(expression))
        return Unknown(_text(expression))

    def _member_of_instance(self, made: Symbol | None, expression: ast.Attribute) -> Symbol | None:
        if isinstance(made, Definition):
            found = self._member_of_class(made, expression.attr)
            return found if isinstance(found, Definition | Constant) else None
        if isinstance(made, External) and not made.name.startswith("pikku."):
            return External(f"{made.name}.{expression.attr}")
        return None

    def _member_of_class(self, owner: Definition, name: str, depth: int = 0) -> Symbol | None:
        """A method, or what a name is bound to in a class or its bases."""
        scope = self.inside(owner)
        own = scope._own(name)
        if own:
            return scope._symbol(name, own, ast.Name(f"{owner.qualname}.{name}"))
        for written in getattr(owner.node, "bases", ()) if depth < _DEEPEST else ():
            base = scope.resolve(_unsubscripted(written))
            if isinstance(base, Definition) and isinstance(base.node, ast.ClassDef) and base.node is not owner.node:
                found = self._member_of_class(base, name, depth + 1)
                if found is not None:
                    return found
        return None

    def _class_of(self, expression: ast.expr) -> Symbol | None:
        """The class of an object that the source makes, enters or annotates."""
        made: ast.expr | None = expression
        if isinstance(expression, ast.Name):
            instance = self._instance_named(expression.id)
            if instance is not None:
                return instance
            annotation = self.annotation_of(expression.id)
            if annotation is not None:
                return self._class(_unsubscripted(_unquoted(annotation)))
            made = self._made(expression.id)
        if isinstance(made, ast.Await):
            made = made.value
        return self._class(_unsubscripted(made.func)) if isinstance(made, ast.Call) else None

    def _instance_named(self, name: str) -> Symbol | None:
        found = self._holder(name)
        return None if found is None else found[1]._instance(name)

    def _made(self, name: str) -> ast.expr | None:
        found = self._holder(name)
        if found is None or len(found[0]) != 1:
            return None
        what = found[0][0].what
        return what.context if isinstance(what, Entered) else _only_value(found[0])

    def _class(self, expression: ast.expr) -> Symbol | None:
        match self.resolve(expression):
            case Definition(node=ast.ClassDef()) as known:
                return known
            case External(name=name) as known if name.rpartition(".")[2][:1].isupper():
                return known
        return None

    def _bound_in(self, module: str, name: str) -> "tuple[ast.expr, ModuleScope] | None":
        scope = self.scope_of_module(module)
        own = scope._own(name) if scope is not None else []
        if scope is None:
            return None
        if own:
            return scope._followed(name, own)
        for star in scope._outline.stars:
            absolute = scope._absolute(star)
            found = absolute and self._codebase.find(absolute, module)
            if found and found != module and not name.startswith("_"):
                behind = scope._bound_in_star(found, name)
                if behind is not None:
                    return behind
        return None

    def _bound_in_star(self, module: str, name: str) -> "tuple[ast.expr, ModuleScope] | None":
        key = (f"{module}:*", f"={name}")
        if key in self._codebase.resolving:
            return None
        self._codebase.resolving.add(key)
        try:
            return self._bound_in(module, name)
        finally:
            self._codebase.resolving.discard(key)

    def _followed(self, name: str, bindings: list[Binding]) -> "tuple[ast.expr, ModuleScope] | None":
        """Where the value of a name of this block is written, through imports."""
        key = (f"{self.module}:{self.qualname}", f"={name}")
        what = _last(bindings).what
        resolving = self._codebase.resolving
        if key in resolving or len(resolving) > _DEEPEST:
            return None
        resolving.add(key)
        try:
            match what:
                case Imported(module=module, name=str(imported)):
                    absolute = self._absolute(module)
                    found = absolute and (
                        absolute if module.startswith(".") else self._codebase.find(absolute, self.module)
                    )
                    return self._bound_in(found, imported) if found else None
            value = _only_value(bindings)
            return None if value is None else (value, self)
        finally:
            resolving.discard(key)


class LocalScope(ModuleScope):
    """The names of a function or class, before those that are around it."""

    def __init__(self, around: ModuleScope, node: Block) -> None:
        super().__init__(around._codebase, around._outline)
        self._around = around
        self._node = node
        self._bound: Bound = bindings_of(node.body) if isinstance(node, ast.ClassDef) else with_parameters(node)

    @property
    def qualname(self) -> str:
        return self._around._inner_name(getattr(self._node, "name", "<lambda>"))

    def _own(self, name: str) -> list[Binding]:
        return self._bound.names.get(name, [])

    def _holder(self, name: str) -> "tuple[list[Binding], ModuleScope] | None":
        own = self._own(name)
        if own:
            return own, self
        around = self._around
        while isinstance(around, LocalScope) and isinstance(around._node, ast.ClassDef):
            around = around._around  # functions do not see the names of a class that they are in
        return around._holder(name)

    def _inner_name(self, name: str) -> str:
        return f"{self.qualname}.{name}" if isinstance(self._node, ast.ClassDef) else f"{self.qualname}.<locals>.{name}"

    def _codebase_submodule(self, name: str) -> Module | None:
        return None

    def _instance(self, name: str) -> Symbol | None:
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


def module_scope(codebase: Codebase, module: str) -> ModuleScope | None:
    """The scope of a module; `None` if the project has none of that name, or it cannot be read."""
    outline = codebase.outline(module)
    return None if outline is None else ModuleScope(codebase, outline)


def _last(bindings: list[Binding]) -> Binding:
    real = [each for each in bindings if not each.is_fallback]
    return (real or bindings)[-1]


def _is_rebound(bindings: list[Binding]) -> bool:
    return len([each for each in bindings if not each.is_fallback]) > 1


def _only_value(bindings: list[Binding]) -> ast.expr | None:
    values = [each.what for each in bindings if isinstance(each.what, Assigned)]
    return values[0].value if len(values) == len(bindings) == 1 else None


def _unsubscripted(expression: ast.expr) -> ast.expr:
    return expression.value if isinstance(expression, ast.Subscript) else expression


def _unquoted(annotation: ast.expr) -> ast.expr:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return ast.parse(annotation.value.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return annotation
    return annotation


def _text(expression: ast.expr) -> str:
    try:
        return ast.unparse(expression)
    except (RecursionError, AttributeError, ValueError):
        return "…"


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
