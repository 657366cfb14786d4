"""Which values mypy knows in an expression of a user's program, and where each of them stands.

Owns: literals, names that are declared `Final`, names of a `Literal` type, and what unpacks to them.
Leaves to: `aiohttp_cors.mypy_plugin` in which calls they are looked for, and what they mean there.

Imported inside mypy only.

Source: https://mypy.readthedocs.io/en/stable/extending_mypy.html
"""

from collections.abc import Iterator
from typing import Final, TypeAlias

from mypy.nodes import (
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
from mypy.plugin import CheckerPluginInterface
from mypy.types import (
    FunctionLike,
    Instance,
    LiteralType,
    TupleType,
    Type,
    UnionType,
    get_proper_type,
)

Values: TypeAlias = Iterator[tuple[Expression, object]]
"""Values, and where in a call each of them stands."""

_SIMPLE: Final = frozenset({"builtins.bool", "builtins.int", "builtins.str"})


def items_of(expression: Expression, api: CheckerPluginInterface) -> Values:
    """The known values in a list, a tuple or a set, or in a tuple that has a name."""
    if isinstance(expression, ListExpr | SetExpr | TupleExpr):
        for item in expression.items:
            if isinstance(item, StarExpr):
                yield from items_of(item.expr, api)
            else:
                yield from value_of(item, api)
    elif is_reference(expression):
        named = get_proper_type(api.get_expression_type(expression))
        if isinstance(named, TupleType):
            for item_type in named.items:
                yield from _of_type(expression, item_type)
        elif isinstance(named, Instance) and named.args:
            # A literal type says of every item what it is. A type without one says nothing.
            yield from _of_type(expression, named.args[0])


def least_number(expression: Expression, api: CheckerPluginInterface) -> int:
    """How many values an unpacked expression has at least."""
    if isinstance(expression, ListExpr | SetExpr | TupleExpr):
        return sum(not isinstance(item, StarExpr) for item in expression.items)
    if is_reference(expression):
        named = get_proper_type(api.get_expression_type(expression))
        return len(named.items) if isinstance(named, TupleType) else 0
    return 0


def value_of(expression: Expression, api: CheckerPluginInterface) -> Values:
    """The value of an expression, if it is a literal or the name of one."""
    if is_reference(expression):
        node, is_chosen = _declaration(expression, api)
        if is_chosen:
            return
        if node is not None and node.final_value is not None:
            yield expression, node.final_value
            return
    literal = expression.expr if isinstance(expression, UnaryExpr) else expression
    if isinstance(literal, IntExpr | StrExpr) or is_reference(literal):
        yield from _of_type(expression, api.get_expression_type(expression))


def _of_type(expression: Expression, type_: Type) -> Values:
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


def is_reference(expression: Expression) -> bool:
    """Whether it only names something, so that asking mypy for its type again is free."""
    while isinstance(expression, MemberExpr):
        expression = expression.expr
    return isinstance(expression, NameExpr)
