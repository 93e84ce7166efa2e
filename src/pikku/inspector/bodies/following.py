"""Functions of the project that are called with what takes steps: their steps are the body's."""

import ast

from pikku.inspector.bodies.block import DROPPED, Block, Fate, Use, takes_steps_in
from pikku.inspector.bodies.decorating import decorated
from pikku.inspector.bodies.functions import DEEPEST, identity, is_endless, read_function
from pikku.inspector.bodies.reading import Frame
from pikku.inspector.bodies.values import Arguments, Callee, Instance, Value, choice_of, takes_steps
from pikku.inspector.names.symbols import Definition
from pikku.model.graph import RECURSIVE, Helper

Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def follow_definition(frame: Frame, node: Named) -> Callee:
    """A function or class that is defined inside of what is read. It is read where it is called."""
    qualname = f"{frame.definition.qualname}.<locals>.{node.name}"
    callee = Callee(Definition(frame.environment.scope.module, qualname, node), closure=frame.environment)
    if isinstance(node, ast.ClassDef):
        instance = Instance(callee.definition, {}, frame.environment)
        methods = [each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
        for each in methods:
            method = Definition(callee.definition.module, f"{qualname}.{each.name}", each)
            frame.reading.inner.setdefault(identity(method), Callee(method, frame.environment, instance))
    else:
        frame.reading.inner.setdefault(identity(callee.definition), callee)
    return callee


def lambda_value(frame: Frame, node: ast.Lambda) -> Callee:
    """A lambda, with what it sees."""
    definition = Definition(frame.environment.scope.module, f"{frame.definition.qualname}.<locals>.<lambda>", node)
    callee = Callee(definition, closure=frame.environment)
    frame.reading.inner.setdefault(identity(definition), callee)
    return callee


def follow(frame: Frame, callee: Callee, call: ast.AST, given: Arguments, use: Use) -> Value | None:
    """Read a function where it is called: what it does is a `Helper` in the block. Its value is what it returns."""
    if isinstance(callee.definition.node, ast.ClassDef):
        return construct(frame, callee, call, given)
    meant = callee.stands_for or callee.definition
    name = f"{meant.module}.{meant.qualname}"
    if is_endless(frame, callee.definition):
        frame.reading.recursive.add(identity(callee.definition))
        frame.add(Helper(place=frame.place(call), name=name, note=RECURSIVE), use)
        return None
    wrapped = _follow_decorated(frame, callee, call, given, use)
    inner = wrapped or _read_all_passes(frame, callee, call, given, use)
    nodes = inner.block.nodes
    if len(nodes) == 1 and isinstance(nodes[0], Helper) and nodes[0].name == name and nodes[0].steps:
        nodes = nodes[0].steps  # a decorator that takes no steps itself
    if takes_steps_in(nodes):
        frame.add(Helper(place=frame.place(call), name=name, steps=nodes), _fate(inner.definition, use, inner.block))
    return choice_of(inner.returned or inner.yielded)


def _follow_decorated(frame: Frame, callee: Callee, call: ast.AST, given: Arguments, use: Use) -> Frame | None:
    """What a decorator of the project has made of the function; `None` if that takes no steps that can be seen."""
    before = frame.mark()
    wrapper = decorated(frame, callee)
    if wrapper is None or is_endless(frame, wrapper.definition):
        return None
    inner = read_function(frame, wrapper, call, given, use)
    if takes_steps_in(inner.block.nodes):
        return inner
    frame.back_to(before)
    return None


def _read_all_passes(frame: Frame, callee: Callee, call: ast.AST, given: Arguments, use: Use) -> Frame:
    """The function as it is in this call; if it calls itself, as it is in every one of them: for what may be given."""
    key, mark = identity(callee.definition), frame.mark()
    inner = read_function(frame, callee, call, given, use)
    if key in frame.reading.recursive:
        frame.back_to(mark)
        inner = read_function(frame, callee, call, given.without_texts(), use)
    return inner


def _fate(function: Definition, use: Use, block: Block) -> Use:
    """A plain function has done its work when it returns, unless it returns a coroutine."""
    if isinstance(function.node, ast.AsyncFunctionDef) or block.fate is not Fate.AWAITED:
        return use
    return Use(Fate.AWAITED, use.output, use.owner)


def construct(frame: Frame, callee: Callee, call: ast.AST, given: Arguments) -> Value | None:
    """An object that keeps what it is given: in `__init__`, or as the fields of a data class in their order."""
    given = callee.given.then(given)
    if not any(takes_steps(each.value) for each in given.all()) and callee.closure is None:
        return None
    instance = Instance(callee.definition, {}, callee.closure)
    init = method_of(frame, instance, "__init__")
    if init is not None:
        follow(frame, init, call, given, DROPPED)
        return instance
    fields = [
        each.target.id
        for each in getattr(callee.definition.node, "body", ())
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    ]
    named = [*zip(fields, given.positional, strict=False), *given.keywords]
    instance.fields.update({name: argument.value for name, argument in named if argument.value is not None})
    return instance


def method_of(frame: Frame, owner: Instance, name: str) -> Callee | None:
    """A method of an object, its own or of a base class."""
    definition = _find_method(frame, owner.definition, name)
    if definition is None:
        return None
    is_static = any(
        isinstance(each, ast.Name) and each.id == "staticmethod"
        for each in getattr(definition.node, "decorator_list", ())
    )
    return Callee(definition, owner.closure, None if is_static else owner)


def inherited_method(frame: Frame, name: str) -> Callee | None:
    """What `super().name` is in the method that is being read."""
    node = frame.definition.node
    parameters = node.args.args if not isinstance(node, ast.ClassDef) else []
    receiver = frame.environment.value(parameters[0].arg) if parameters else None
    if not isinstance(receiver, Instance):
        return None
    line = _line_of(frame, receiver.definition)
    own = frame.definition.qualname.rpartition(".")[0]
    at = next(
        (at for at, each in enumerate(line) if (each.module, each.qualname) == (frame.definition.module, own)), -1
    )
    definition = _method_in(line[at + 1 :], name)
    return None if definition is None else Callee(definition, receiver.closure, receiver)


def _find_method(frame: Frame, owner: Definition, name: str) -> Definition | None:
    return _method_in(_line_of(frame, owner), name)


def _method_in(classes: list[Definition], name: str) -> Definition | None:
    for owner in classes:
        for each in reversed(getattr(owner.node, "body", ())):
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name == name:
                return Definition(owner.module, f"{owner.qualname}.{name}", each)
    return None


def _line_of(frame: Frame, owner: Definition) -> list[Definition]:
    """A class and its bases, as far as they are of the project; nearly in the order in which Python looks."""
    found: list[Definition] = []
    waiting = [owner]
    while waiting and len(found) < DEEPEST:
        each = waiting.pop(0)
        if not isinstance(each.node, ast.ClassDef) or identity(each) in [identity(known) for known in found]:
            continue
        found.append(each)
        scope = frame.environment.scope.inside(each)
        written = (base.value if isinstance(base, ast.Subscript) else base for base in each.node.bases)
        bases = (scope.resolve(base) for base in written)
        waiting[:0] = [base for base in bases if isinstance(base, Definition)]
    return found


def enter(frame: Frame, value: Value | None, method: str, call: ast.AST) -> Value | None:
    """What `with` gives: the steps of `__enter__`, or the value itself."""
    if isinstance(value, Instance):
        found = method_of(frame, value, method)
        return None if found is None else follow(frame, found, call, Arguments(), Use(Fate.AWAITED))
    return value
