"""`Rule`: the line of a configuration that decided, as it was written.

Owns: how a grant is traced back to a clause or to the options of a key, and how these are spelled.
Leaves to: `aiohttp_cors._protocol.compiled_policy` which grant an origin gets.
"""

from collections.abc import Iterable
from dataclasses import fields
from typing import Final, NamedTuple, TypeGuard, final

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, OriginTable
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._table.coverage import Row
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.origin_index import OriginIndex
from aiohttp_cors._values.place import Place
from aiohttp_cors._values.policy import Clause, Policy, chain_of

ANY_KEY: Final = "*"


@final
class Rule(NamedTuple):
    """What was written about some origins.

    - `given`: a clause of the fluent API, or the options of the classic one;
    - `number`: of the clause in its policy, from 0; None for options;
    - `key`: the key of the options; empty for a clause;
    - `place`: where it was written, None if that is not known.
    """

    given: Clause | ResourceOptions
    number: int | None
    key: str
    place: Place | None
    table: OriginTable

    @property
    def text(self) -> str:
        """The rule in the API that it was written in."""
        if isinstance(self.given, Clause):
            return chain_of(Policy((self.given,)))
        return f'"{self.key}": {options_text(self.given)}'


def rule_of(row: Row, policy: CompiledPolicy, grant: Grant, origin: str) -> Rule:
    """The rule that `grant` comes from. Precondition: `policy` grants it to `origin`."""
    (table,) = (table for table in policy.tables if grant in table.grants)
    if isinstance(table.source, Policy):
        number = table.grants.index(grant)
        return Rule(table.source.clauses[number], number, "", clause_place(row, number), table)
    key = key_of(table, origin)
    return Rule(table.source[key], None, key, table_place(row, table), table)


def clause_place(row: Row, number: int) -> Place | None:
    """Where a clause of the row's policy begins."""
    return None if row.written is None else row.written.clauses[number]


def table_place(row: Row, table: OriginTable) -> Place | None:
    """Where options of the classic API were written: a view's own where it was added."""
    if table.place is not None:
        return table.place
    return None if row.written is None else row.written.bound


def key_of(table: OriginTable, origin: str) -> str:
    """The key under which a table of the classic API finds `origin`."""
    index: OriginIndex[str] = OriginIndex()
    index.exact = {key: key for key in table.index.exact}
    index.patterns = {key: key for key in table.index.patterns}
    return index.match(origin) or ANY_KEY


def options_text(options: ResourceOptions) -> str:
    """``ResourceOptions(allow_headers=["X-A"])``: what differs from no options at all."""
    plain = ResourceOptions()
    given = [
        f"{field.name}={_spelled(getattr(options, field.name))}"
        for field in fields(options)
        if getattr(options, field.name) != getattr(plain, field.name)
    ]
    return f"ResourceOptions({', '.join(given)})"


def _spelled(value: object) -> str:
    if _is_names(value):
        return f"[{listed(sorted(value))}]"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _is_names(value: object) -> TypeGuard[frozenset[str]]:
    return isinstance(value, frozenset)


def listed(texts: Iterable[str]) -> str:
    """``"X-A", "X-B"``."""
    return ", ".join(f'"{text}"' for text in texts)
