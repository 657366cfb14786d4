"""A mypy plugin that reports literals which can never work, where the editor shows them.

Switched on with ``plugins = aiohttp_cors.mypy_plugin`` in mypy's configuration. Knows in which
arguments of the fluent API and of `ResourceOptions` origins, names and ages stand, and which values
mypy knows: literals, and what is declared `Final`. What is wrong with a value it asks the parsers
that the library uses at run time. It says nothing of other values, and nothing where mypy surprises
it. mypy is not installed with the library; without it, importing this module is an `ImportError`.

Source: https://mypy.readthedocs.io/en/stable/extending_mypy.html
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Final, TypeAlias, final

from typing_extensions import override

# mypy keeps this beside what it remembers: another version of the library may say something else.
from aiohttp_cors.__about__ import __version__
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
        UnaryExpr,
        Var,
    )
    from mypy.plugin import (
        CheckerPluginInterface,
        FunctionSigContext,
        MethodSigContext,
        Plugin,
    )
    from mypy.types import FunctionLike, Instance, LiteralType, TupleType, Type, get_proper_type
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
_FLUENT: Final = f"{Cors.__module__}."
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
        if step == "use":
            return _hook(_keys_of_use)
        parse = _STEPS.get(step)
        return None if parse is None else _hook(lambda call, api: _step(parse, call, api))

    @override
    def get_function_signature_hook(
        self, fullname: str
    ) -> Callable[[FunctionSigContext], FunctionLike] | None:
        return _hook(_options) if fullname == _OPTIONS_CLASS else None


def _hook(look: _Look) -> Callable[[MethodSigContext | FunctionSigContext], FunctionLike]:
    """A hook that reports the problems which `look` finds in the arguments of a call."""

    def hook(context: MethodSigContext | FunctionSigContext) -> FunctionLike:
        call, api = context.context, context.api
        # mypy's internals may change, which is nothing that its user should stumble over.
        with suppress(Exception):
            for expression, parsed in look(call, api) if isinstance(call, CallExpr) else ():
                if isinstance(parsed, Problem):
                    api.fail(str(parsed), expression, code=CORS_CONFIG)
        return context.default_signature

    return hook


def _step(parse: _Parse, call: CallExpr, api: CheckerPluginInterface) -> _Values:
    """What becomes of the arguments of a step, such as ``.allow_headers("X-A", *more)``."""
    known: list[tuple[Expression, object]] = []
    for argument, kind in zip(call.args, call.arg_kinds, strict=True):
        if kind == ARG_POS:
            known.extend(_value(argument, api))
        elif kind == ARG_STAR:
            known.extend(_items(argument, api))
    for expression, value in known:
        if parse is parse_origin and value == "*":
            if len(call.args) > 1:
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


def _value(expression: Expression, api: CheckerPluginInterface) -> _Values:
    """The value of an expression, if it is a literal or the name of one."""
    if _is_reference(expression):
        declared = _final_value(expression, api)
        if declared is not None:
            yield expression, declared
            return
    literal = expression.expr if isinstance(expression, UnaryExpr) else expression
    if isinstance(literal, IntExpr | StrExpr) or _is_reference(literal):
        yield from _of_type(expression, api.get_expression_type(expression))


def _of_type(expression: Expression, type_: Type) -> _Values:
    proper = get_proper_type(type_)
    literal = proper.last_known_value if isinstance(proper, Instance) else proper
    # The value of an enumeration's literal is the name of the member.
    if isinstance(literal, LiteralType) and literal.fallback.type.fullname in _SIMPLE:
        yield expression, literal.value


def _final_value(expression: Expression, api: CheckerPluginInterface) -> object:
    """What was assigned where the name was declared, ``ORIGIN: Final[str] = "null"``, or None.

    The type of such a name is ``str``; without the ``[str]`` it is the literal's.
    """
    node = expression.node if isinstance(expression, NameExpr | MemberExpr) else None
    if isinstance(expression, MemberExpr) and node is None:
        owner = get_proper_type(api.get_expression_type(expression.expr))
        if isinstance(owner, FunctionLike) and owner.is_type_obj():
            symbol = owner.type_object().get(expression.name)
        else:
            symbol = owner.type.get(expression.name) if isinstance(owner, Instance) else None
        node = None if symbol is None else symbol.node
    return node.final_value if isinstance(node, Var) else None


def _is_reference(expression: Expression) -> bool:
    """Whether it only names something, so that asking mypy for its type again is free."""
    while isinstance(expression, MemberExpr):
        expression = expression.expr
    return isinstance(expression, NameExpr)
