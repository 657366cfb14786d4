"""`Row` and `Coverage`: what decides about each method of one resource, as values.

Owns: levels, rows, and how the more specific of two rows is found.
Leaves to: `aiohttp_cors._table.targets` and `additions` the rows of each API.

The rules of a coverage:

- A route is more specific than its resource, that than a sub-application, that than everything.
- The most specific row decides alone. Nothing of a less specific row is added to it.
- Of two rows of one level the inner application's decides.
- A row without a policy decides too: its level says "not covered", and nobody further out is asked.
  Only level `NOBODY` means that nothing was said.
- A policy that is not enforced opens nothing that a less specific one enforces. The two are
  *conflicting*; where that cannot be refused in time, the more specific policy is enforced, too.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias, final

from aiohttp import web
from typing_extensions import override

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.verdicts import Dialect, Naming
from aiohttp_cors._values.enforcement import Enforcement
from aiohttp_cors._values.place import Written


@final
class Level(IntEnum):
    """How specific a row is: of two rows the lower level decides."""

    ROUTE = 0
    RESOURCE = 1
    SUB_APPLICATION = 2
    EVERYWHERE = 3
    NOBODY = 4

    @property
    def words(self) -> str:
        """The level as a person reads it: ``sub-application``."""
        return self.name.lower().replace("_", "-")


class ViewPolicy(ABC):
    """The policy of a view that decides by itself; it is asked once per request.

    `aiohttp_cors.CorsViewMixin` is such a view where ``get_request_config`` is overridden. The
    405 for a method that the view lacks is read under `lacking`.
    """

    __slots__ = ("lacking",)

    def __init__(self, lacking: CompiledPolicy) -> None:
        self.lacking: CompiledPolicy = lacking

    @property
    @abstractmethod
    def view_name(self) -> str:
        """The qualified name of the view: ``app.views.Users``."""

    @abstractmethod
    def ask(self, request: web.Request, method: str) -> CompiledPolicy | None:
        """The policy for `method`; None for a method that the view lacks.

        Raises what the view's own code raises.
        """


RowPolicy: TypeAlias = CompiledPolicy | ViewPolicy


@final
class Row(NamedTuple):
    """What decides about one method of one resource.

    - `policy`: None if the method is not covered;
    - `naming`: when the options that decide for the origin have to name the method;
    - `dialect`: which API the policy was written in, which shows on the wire;
    - `level`: how specific the policy is;
    - `written`: where the policy was bound or excluded, None where nobody said anything;
    - `enforced`: how the policy is enforced, None if it is not;
    - `conflicts`: where the less specific policy was bound that is enforced, if this one is not.
    """

    policy: RowPolicy | None
    naming: Naming
    dialect: Dialect
    level: Level
    written: Written | None = None
    enforced: Enforcement | None = None
    conflicts: Written | None = None

    @property
    def refuses(self) -> bool:
        """Whether requests that the policy does not allow are refused before a handler runs."""
        return self.enforced is not None and not self.enforced.report_only

    def before(self, other: "Row") -> "Row":
        """This row, where it decides instead of `other`, which is less specific."""
        opens = self.enforced is None and self.policy is not None
        if opens and other.enforced is not None:
            return self._replace(
                enforced=other.enforced, conflicts=other.conflicts or other.written
            )
        return self

    @override
    def __repr__(self) -> str:
        policy = "not covered" if self.policy is None else repr(self.policy)
        named = {Naming.NEVER: "", Naming.PREFLIGHT: " (preflights: if named)"}
        enforced = "" if self.enforced is None else f", {self.enforced.words}"
        return f"{self.level.words}: {policy}{named.get(self.naming, ' (if named)')}{enforced}"


UNCOVERED: Final = Row(None, Naming.NEVER, Dialect.FLUENT, Level.NOBODY)
"""Nobody said anything."""

NO_ROWS: Final[Mapping[str, Row]] = MappingProxyType({})


@final
class Coverage(NamedTuple):
    """The rows of one resource, as one chain of applications reaches it.

    - `by_method`: the rows of single methods, in upper case;
    - `rest`: the row of every other method;
    - `on_405`: the row of an answer that no route made.
    """

    by_method: Mapping[str, Row]
    rest: Row
    on_405: Row

    def row(self, method: str) -> Row:
        """The row that decides about `method`; one dict lookup."""
        return self.by_method.get(method, self.rest)

    def rows(self) -> list[Row]:
        """All rows that a method may have."""
        return [*self.by_method.values(), self.rest]

    def is_covered(self) -> bool:
        """Whether any method or answer of the resource has a policy."""
        if self.rest.policy is not None or self.on_405.policy is not None:
            return True
        return any(row.policy is not None for row in self.by_method.values())

    def has(self, dialect: Dialect) -> bool:
        """Whether a policy of one API decides about any method."""
        if self.rest.policy is not None and self.rest.dialect is dialect:
            return True
        of_methods = self.by_method.values()
        return any(row.policy is not None and row.dialect is dialect for row in of_methods)

    def over(self, outer: "Coverage") -> "Coverage":
        """This coverage where its rows are at least as specific as those of `outer`."""
        methods = self.by_method.keys() | outer.by_method.keys()
        return Coverage(
            {method: _lower(self.row(method), outer.row(method)) for method in methods} or NO_ROWS,
            _lower(self.rest, outer.rest),
            _lower(self.on_405, outer.on_405),
        )

    @override
    def __repr__(self) -> str:
        lines = [f"{method} {row!r}" for method, row in sorted(self.by_method.items())]
        return "\n".join([*lines, f"* {self.rest!r}"])


def everything(row: Row) -> Coverage:
    """The coverage in which one row decides about all methods."""
    return Coverage(NO_ROWS, row, row)


def _lower(inner: Row, outer: Row) -> Row:
    return outer.before(inner) if outer.level < inner.level else inner.before(outer)
