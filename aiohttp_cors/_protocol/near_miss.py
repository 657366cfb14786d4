"""The configured origin that was probably meant by one that is refused.

Owns: how alike two origins are.
Leaves to: `aiohttp_cors._server.log` when somebody wants to know.
"""

from itertools import islice
from typing import Final

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, OriginTable
from aiohttp_cors._values.errors import Problem
from aiohttp_cors._values.origins import Origin, is_potentially_trustworthy, parse_origin

# Nobody compares by eye with more; the work is bounded.
_MOST: Final = 1000


def near_miss(policy: CompiledPolicy, origin: str) -> str | None:
    """The origin of `policy` that is most like `origin`; None if none is like it.

    Two origins are alike if their hosts are equal, differ by ``www.`` or a trailing dot, or are both
    names of this machine.
    """
    found = [near for table in policy.tables for near in near_origins(table, origin)]
    return max(found, key=lambda near: near[0])[1] if found else None


def near_origins(table: OriginTable, origin: str) -> list[tuple[int, str]]:
    """The exact origins of a table that are like `origin`, each with how alike they are, from 1 to 7."""
    sent = parse_origin(origin.lower().removesuffix("/"))
    if isinstance(sent, Problem) or not isinstance(sent, Origin):
        return []
    found: list[tuple[int, str]] = []
    for text in islice(table.index.exact, _MOST):
        configured = parse_origin(text.removesuffix("/"))
        likeness = _likeness(sent, configured) if isinstance(configured, Origin) else 0
        if likeness:
            found.append((likeness, text))
    return found


def _likeness(one: Origin, other: Origin) -> int:
    """From 0 for hosts that are not alike to 7 for equal origins.

    Equal hosts count 5, hosts that are alike 4 or 3. An equal port and an equal scheme add 1 each.
    """
    if one.host == other.host:
        host = 5
    elif _plain(one.host) == _plain(other.host):
        host = 4
    elif _is_this_machine(one) and _is_this_machine(other):
        host = 3
    else:
        return 0
    return host + (one.port == other.port) + (one.scheme == other.scheme)


def _plain(host: str) -> str:
    return host.removeprefix("www.").removesuffix(".")


def _is_this_machine(origin: Origin) -> bool:
    return is_potentially_trustworthy(Origin("http", origin.host, origin.port))
