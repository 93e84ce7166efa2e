"""Decorators of the project: what they put in the place of a function."""

import ast

from msgspec import structs

from pikku.inspector.bodies.block import KEPT
from pikku.inspector.bodies.environment import Environment
from pikku.inspector.bodies.functions import identity, is_endless, read_function
from pikku.inspector.bodies.reading import Frame
from pikku.inspector.bodies.values import Argument, Arguments, Callee, Choice, choice_of
from pikku.inspector.names.symbols import Definition


def decorated(frame: Frame, callee: Callee) -> Callee | None:
    """The function that is called in the place of this one; `None` if no decorator of the project makes another.

    What a library's decorator makes is taken for the function itself.
    """
    decorators = getattr(callee.definition.node, "decorator_list", ())
    if callee.stands_for is not None or not decorators:
        return None
    plain = Callee(callee.definition, callee.closure, stands_for=callee.definition)
    environment = callee.closure or Environment(frame.environment.scope.inside(callee.definition))
    found = plain
    for decorator in reversed(decorators):
        made = _applied(frame, environment, decorator, found)
        if made is not None:
            frame.reading.followed.add(identity(made.definition))
            found = Callee(_of(made.definition, found.definition), made.closure, stands_for=callee.definition)
    if found is plain:
        return None
    return structs.replace(found, given=_with_receiver(callee, environment))


def _of(wrapper: Definition, function: Definition) -> Definition:
    """The wrapper of this function, so that it is not taken for that of another one: neither calls itself."""
    return Definition(wrapper.module, f"{wrapper.qualname} of {function.qualname}", wrapper.node)


def _with_receiver(callee: Callee, environment: Environment) -> Arguments:
    if callee.receiver is None:
        return callee.given
    return Arguments((Argument(ast.Name("self", ast.Load()), environment, callee.receiver),)).then(callee.given)


def _applied(frame: Frame, environment: Environment, decorator: ast.expr, function: Callee) -> Callee | None:
    maker = environment.definition(decorator.func if isinstance(decorator, ast.Call) else decorator)
    if maker is None:
        return None
    given = Arguments((Argument(ast.Name("function", ast.Load()), environment, function),))
    if not isinstance(decorator, ast.Call):
        return _wrapper(frame, Callee(maker, stands_for=maker), given)
    positional = tuple(Argument(each, environment) for each in decorator.args)
    named = tuple((each.arg or "**", Argument(each.value, environment)) for each in decorator.keywords)
    made = _returned(frame, Callee(maker, stands_for=maker), Arguments(positional, named))
    return next((found for each in made if (found := _wrapper(frame, each, given)) is not None), None)


def _wrapper(frame: Frame, decorator: Callee, given: Arguments) -> Callee | None:
    """What a decorator makes of a function. One that may be written with and without `()` may make another decorator, too."""
    made = _returned(frame, decorator, given)
    return next((each for each in made if len(made) == 1 or not _returned(frame, each, given)), None)


def _returned(frame: Frame, callee: Callee, given: Arguments) -> list[Callee]:
    """The functions that a function may return. What that does meanwhile, it does when its module is imported."""
    if isinstance(callee.definition.node, ast.ClassDef) or is_endless(frame, callee.definition):
        return []
    before = frame.mark()
    inner = read_function(frame, callee, None, given, KEPT)
    frame.back_to(before)
    found = choice_of(inner.returned)
    ways = found.ways if isinstance(found, Choice) else (found,)
    return [each for each in ways if isinstance(each, Callee) and not isinstance(each.definition.node, ast.ClassDef)]
