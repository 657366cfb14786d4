"""A mypy plugin that reports literals which can never work, where the editor shows them.

Owns: in which arguments of the fluent API and of `ResourceOptions` origins, names and ages stand,
and how a problem is reported.
Leaves to: `aiohttp_cors._tools.known_values` which values mypy knows, and to the parsers that the
library uses at run time what is wrong with a value. The plugin says nothing of other values, and
nothing where mypy surprises it.

Switched on with ``plugins = aiohttp_cors.mypy_plugin`` in mypy's configuration. mypy is not
installed with the library; without mypy, importing this module is an `ImportError`.

Source: https://mypy.readthedocs.io/en/stable/extending_mypy.html
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final, TypeAlias, final

from typing_extensions import override

# mypy keeps this beside what it remembers: another version of the library may say something else.
from aiohttp_cors.__about__ import __version__
from aiohttp_cors._server.steps import Allowing
from aiohttp_cors._values.arguments import STAR_BESIDE_OTHERS
from aiohttp_cors._values.configuration import as_option
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
        MemberExpr,
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
        Type,
        TypeVarType,
        UnionType,
        get_proper_type,
    )

    from aiohttp_cors._tools.known_values import (
        Values,
        is_reference,
        items_of,
        least_number,
        value_of,
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
_Look: TypeAlias = Callable[[CallExpr, CheckerPluginInterface], Values]

_STEPS: Final[dict[str, _Parse]] = {
    "allow_headers": parse_request_header,
    "allow_methods": parse_method,
    "expose": parse_response_header,
    "max_age": parse_max_age,
    "origin": parse_origin,
}


def _parse_method_of_options(method: object) -> object:
    """What a parser makes of a method that `ResourceOptions` writes in upper case."""
    parsed = parse_method(method.upper() if isinstance(method, str) else method)
    return replace(parsed, value=str(method)) if isinstance(parsed, Problem) else parsed


_OPTIONS: Final[dict[str, _Parse]] = {
    "allow_headers": parse_request_header,
    "allow_methods": _parse_method_of_options,
    "expose_headers": parse_response_header,
    "max_age": parse_max_age,
}
_FLUENT: Final = (f"{Cors.__module__}.", f"{Allowing.__module__}.")
_OPTIONS_CLASS: Final = f"{ResourceOptions.__module__}.{ResourceOptions.__name__}"


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
        receiver = context.api.get_expression_type(named) if is_reference(named) else None
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


def _step(parse: _Parse, call: CallExpr, api: CheckerPluginInterface) -> Values:
    """What becomes of the arguments of a step, such as ``.allow_headers("X-A", *more)``."""
    known: list[tuple[Expression, object]] = []
    certain = 0
    for argument, kind in zip(call.args, call.arg_kinds, strict=True):
        if kind == ARG_POS:
            known.extend(value_of(argument, api))
            certain += 1
        elif kind == ARG_STAR:
            known.extend(items_of(argument, api))
            certain += least_number(argument, api)
    for expression, value in known:
        if parse is parse_origin and value == "*":
            if certain > 1:
                yield expression, STAR_BESIDE_OTHERS
        else:
            yield expression, _parsed(parse, value)


def _keys_of_use(call: CallExpr, api: CheckerPluginInterface) -> Values:
    """What becomes of the origins in ``.use({"https://a.example": ResourceOptions()})``."""
    for argument in call.args:
        if isinstance(argument, DictExpr):
            for key, _ in argument.items:
                for expression, value in () if key is None else value_of(key, api):
                    if value != "*":
                        yield expression, _parsed(parse_origin, value)


def _options(call: CallExpr, api: CheckerPluginInterface) -> Values:
    """What becomes of the names and the age in ``ResourceOptions(allow_headers=["X-A"])``."""
    for argument, kind, field in zip(call.args, call.arg_kinds, call.arg_names, strict=True):
        parse = _OPTIONS.get(field or "") if kind == ARG_NAMED else None
        if parse is not None:
            read = value_of if field == "max_age" else items_of
            for expression, value in read(argument, api):
                parsed = _parsed(parse, value)
                # The parsers' hint may be a step of the fluent API.
                yield expression, as_option(parsed) if isinstance(parsed, Problem) else parsed


def _parsed(parse: _Parse, value: object) -> object:
    """What a parser makes of a value; one of another type is mypy's own to report."""
    expected = int if parse is parse_max_age else str
    return parse(value) if isinstance(value, expected) else None
