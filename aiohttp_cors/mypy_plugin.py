"""A mypy plugin that reports literals which can never work, where the editor shows them.

Owns: in which arguments of the fluent API and of `ResourceOptions` origins, names and ages stand,
and which values mypy knows: literals, what is declared `Final`, and what has a `Literal` type.
Leaves to: the parsers that the library uses at run time what is wrong with a value. The plugin says
nothing of other values, and nothing where mypy surprises it.

Switched on with ``plugins = aiohttp_cors.mypy_plugin`` in mypy's configuration. mypy is not
installed with the library; without mypy, importing this module is an `ImportError`.

Source: https://mypy.readthedocs.io/en/stable/extending_mypy.html
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Final, TypeAlias, final

from typing_extensions import override

# mypy keeps this beside what it remembers: another version of the library may say something else.
from aiohttp_cors.__about__ import __version__
from aiohttp_cors._server.steps import Allowing
from aiohttp_cors._values.arguments import STAR_BESIDE_OTHERS
from aiohttp_cors._values.errors import Problem
from aiohttp_cors._values.names import (
    parse_max_age,
    parse_method,
    parse_request_header,
    parse_response_header,
)
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.origins import parse_origin
from aiohttp_cors.cors import Cors

try:
    from mypy.errorcodes import ErrorCode
    from mypy.nodes import (
        ARG_NAMED,
        ARG_POS,
        ARG_STAR,
        CallExpr,
        DictExpr,
        Expression,
        IntExpr,
        ListExpr,
        MemberExpr,
        NameExpr,
        SetExpr,
        StarExpr,
        StrExpr,
        TupleExpr,
        TypeInfo,
        UnaryExpr,
        Var,
    )
    from mypy.plugin import (
        CheckerPluginInterface,
        FunctionContext,
        FunctionSigContext,
        MethodContext,
        MethodSigContext,
        Plugin,
    )
    from mypy.types import (
        FunctionLike,
        Instance,
        LiteralType,
        TupleType,
        Type,
        TypeVarType,
        UnionType,
        get_proper_type,
    )
except ImportError as _missing:
    raise ImportError(
        "aiohttp_cors.mypy_plugin runs inside mypy, which cannot be imported here"
    ) from _missing

__all__ = ("CORS_CONFIG", "__version__", "plugin")

CORS_CONFIG: Final = ErrorCode(
    "cors-config", "Check that literals in a CORS configuration can work", "aiohttp_cors"
)
"""The code of everything reported: ``# type: ignore[cors-config]`` silences a line."""

_Parse: TypeAlias = Callable[[object], object]
_Values: TypeAlias = Iterator[tuple[Expression, object]]
"""Values, and where in a call each of them stands."""
_Look: TypeAlias = Callable[[CallExpr, CheckerPluginInterface], _Values]

_STEPS: Final[dict[str, _Parse]] = {
    "allow_headers": parse_request_header,
    "allow_methods": parse_method,
    "expose": parse_response_header,
    "max_age": parse_max_age,
    "origin": parse_origin,
}
_OPTIONS: Final[dict[str, _Parse]] = {
    "allow_headers": parse_request_header,
    "allow_methods": parse_method,
    "expose_headers": parse_response_header,
    "max_age": parse_max_age,
}
_FLUENT: Final = (f"{Cors.__module__}.", f"{Allowing.__module__}.")
_OPTIONS_CLASS: Final = f"{ResourceOptions.__module__}.{ResourceOptions.__name__}"
_SIMPLE: Final = frozenset({"builtins.bool", "builtins.int", "builtins.str"})


def plugin(_version: str) -> type[Plugin]:
    """What mypy asks a plugin module for."""
    return _CorsPlugin


@final
class _CorsPlugin(Plugin):
    """Looks at calls on their way to be checked, and leaves their signatures as they are."""

    @override
    def get_method_signature_hook(
        self, fullname: str
    ) -> Callable[[MethodSigContext], FunctionLike] | None:
        owner, _, step = fullname.rpartition(".")
        if not owner.startswith(_FLUENT):
            return None
        look = _look_at(step)
        return None if look is None else _hook(look)

    # Of a method of a type variable mypy knows no full name, and asks with the one that its messages
    # have: "allow_headers of Allowing". It asks for a function where the variable's bound is a union.
    @override
    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        return _hook_of_variable(fullname)

    @override
    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        return _hook_of_variable(fullname)

    @override
    def get_function_signature_hook(
        self, fullname: str
    ) -> Callable[[FunctionSigContext], FunctionLike] | None:
        return _hook(_options) if fullname == _OPTIONS_CLASS else None


def _hook(look: _Look) -> Callable[[MethodSigContext | FunctionSigContext], FunctionLike]:
    """A hook that reports the problems which `look` finds in the arguments of a call."""

    def hook(context: MethodSigContext | FunctionSigContext) -> FunctionLike:
        _report(look, context)
        return context.default_signature

    return hook


def _hook_of_variable(name: str) -> Callable[[MethodContext | FunctionContext], Type] | None:
    """A hook that does the same where the receiver is a variable bound by a state of a rule."""
    step, of, _ = name.partition(" of ")
    look = _look_at(step) if of else None
    if look is None:
        return None

    def hook(context: MethodContext | FunctionContext) -> Type:
        if _is_bound_by_state(context):
            _report(look, context)
        return context.default_return_type

    return hook


def _is_bound_by_state(context: MethodContext | FunctionContext) -> bool:
    """Whether a call is that of a step, on a variable that stands for a state of a rule."""
    receiver: Type | None = None
    if isinstance(context, MethodContext):
        receiver = context.type
    elif isinstance(context.context, CallExpr) and isinstance(context.context.callee, MemberExpr):
        named = context.context.callee.expr
        receiver = context.api.get_expression_type(named) if _is_reference(named) else None
    proper = get_proper_type(receiver)
    return isinstance(proper, TypeVarType) and _is_state(proper.upper_bound)


def _report(
    look: _Look,
    context: MethodSigContext | FunctionSigContext | MethodContext | FunctionContext,
) -> None:
    call, api = context.context, context.api
    # mypy's internals may change, which is nothing that its user should stumble over.
    with suppress(Exception):
        for expression, parsed in look(call, api) if isinstance(call, CallExpr) else ():
            if isinstance(parsed, Problem):
                api.fail(str(parsed), expression, code=CORS_CONFIG)


def _is_state(bound: Type) -> bool:
    """Whether a type is a state of a rule, or one of several."""
    proper = get_proper_type(bound)
    if isinstance(proper, UnionType):
        return any(map(_is_state, proper.items))
    return isinstance(proper, Instance) and proper.type.fullname.startswith(_FLUENT)


def _look_at(step: str) -> _Look | None:
    """How the arguments of a step are looked at; None for one without values of its own."""
    if step == "use":
        return _keys_of_use
    parse = _STEPS.get(step)
    return None if parse is None else lambda call, api: _step(parse, call, api)


def _step(parse: _Parse, call: CallExpr, api: CheckerPluginInterface) -> _Values:
    """What becomes of the arguments of a step, such as ``.allow_headers("X-A", *more)``."""
    known: list[tuple[Expression, object]] = []
    certain = 0
    for argument, kind in zip(call.args, call.arg_kinds, strict=True):
        if kind == ARG_POS:
            known.extend(_value(argument, api))
            certain += 1
        elif kind == ARG_STAR:
            known.extend(_items(argument, api))
            certain += _least_number(argument, api)
    for expression, value in known:
        if parse is parse_origin and value == "*":
            if certain > 1:
                yield expression, STAR_BESIDE_OTHERS
        else:
            yield expression, _parsed(parse, value)


def _keys_of_use(call: CallExpr, api: CheckerPluginInterface) -> _Values:
    """What becomes of the origins in ``.use({"https://a.example": ResourceOptions()})``."""
    for argument in call.args:
        if isinstance(argument, DictExpr):
            for key, _ in argument.items:
                for expression, value in () if key is None else _value(key, api):
                    if value != "*":
                        yield expression, _parsed(parse_origin, value)


def _options(call: CallExpr, api: CheckerPluginInterface) -> _Values:
    """What becomes of the names and the age in ``ResourceOptions(allow_headers=["X-A"])``."""
    for argument, kind, field in zip(call.args, call.arg_kinds, call.arg_names, strict=True):
        parse = _OPTIONS.get(field or "") if kind == ARG_NAMED else None
        if parse is not None:
            read = _value if field == "max_age" else _items
            for expression, value in read(argument, api):
                parsed = _parsed(parse, value)
                if isinstance(parsed, Problem) and value == "*":
                    # The parsers' hint is a step of the fluent API.
                    parsed = replace(parsed, hint=f'{field}="*"')
                yield expression, parsed


def _parsed(parse: _Parse, value: object) -> object:
    """What a parser makes of a value; one of another type is mypy's own to report."""
    expected = int if parse is parse_max_age else str
    return parse(value) if isinstance(value, expected) else None


def _items(expression: Expression, api: CheckerPluginInterface) -> _Values:
    """The known values in a list, a tuple or a set, or in a tuple that has a name."""
    if isinstance(expression, ListExpr | SetExpr | TupleExpr):
        for item in expression.items:
            if isinstance(item, StarExpr):
                yield from _items(item.expr, api)
            else:
                yield from _value(item, api)
    elif _is_reference(expression):
        named = get_proper_type(api.get_expression_type(expression))
        if isinstance(named, TupleType):
            for item_type in named.items:
                yield from _of_type(expression, item_type)
        elif isinstance(named, Instance) and named.args:
            # A literal type says of every item what it is. A type without one says nothing.
            yield from _of_type(expression, named.args[0])


def _least_number(expression: Expression, api: CheckerPluginInterface) -> int:
    """How many values an unpacked expression has at least."""
    if isinstance(expression, ListExpr | SetExpr | TupleExpr):
        return sum(not isinstance(item, StarExpr) for item in expression.items)
    if _is_reference(expression):
        named = get_proper_type(api.get_expression_type(expression))
        return len(named.items) if isinstance(named, TupleType) else 0
    return 0


def _value(expression: Expression, api: CheckerPluginInterface) -> _Values:
    """The value of an expression, if it is a literal or the name of one."""
    if _is_reference(expression):
        node, is_chosen = _declaration(expression, api)
        if is_chosen:
            return
        if node is not None and node.final_value is not None:
            yield expression, node.final_value
            return
    literal = expression.expr if isinstance(expression, UnaryExpr) else expression
    if isinstance(literal, IntExpr | StrExpr) or _is_reference(literal):
        yield from _of_type(expression, api.get_expression_type(expression))


def _of_type(expression: Expression, type_: Type) -> _Values:
    proper = get_proper_type(type_)
    if isinstance(proper, UnionType):
        for item in proper.items:
            yield from _of_type(expression, item)
        return
    literal = proper.last_known_value if isinstance(proper, Instance) else proper
    # The value of an enumeration's literal is the name of the member.
    if isinstance(literal, LiteralType) and literal.fallback.type.fullname in _SIMPLE:
        yield expression, literal.value


def _declaration(expression: Expression, api: CheckerPluginInterface) -> tuple[Var | None, bool]:
    """Where a name is declared, and whether each instance may choose another value for it.

    ``ORIGIN: Final[str] = "null"`` keeps its value there. The type of such a name is ``str``;
    without the ``[str]`` it is the literal's.
    """
    node = expression.node if isinstance(expression, NameExpr | MemberExpr) else None
    is_chosen = False
    if isinstance(expression, MemberExpr) and node is None:
        owner = get_proper_type(api.get_expression_type(expression.expr))
        if isinstance(owner, FunctionLike) and owner.is_type_obj():
            symbol = owner.type_object().get(expression.name)
        else:
            symbol = owner.type.get(expression.name) if isinstance(owner, Instance) else None
            is_chosen = isinstance(owner, Instance) and _is_field(owner.type, expression.name)
        node = None if symbol is None else symbol.node
    return (node if isinstance(node, Var) else None), is_chosen


def _is_field(owner: TypeInfo, name: str) -> bool:
    """Whether a name is an argument of the ``__init__`` that a dataclass or attrs makes."""
    return any(
        field["name"] == name
        for info in owner.mro
        for library in ("dataclass", "attrs")
        for field in info.metadata.get(library, {}).get("attributes", ())
    )


def _is_reference(expression: Expression) -> bool:
    """Whether it only names something, so that asking mypy for its type again is free."""
    while isinstance(expression, MemberExpr):
        expression = expression.expr
    return isinstance(expression, NameExpr)
