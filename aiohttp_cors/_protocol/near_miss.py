"""The configured origin that was probably meant by one that is refused.

Owns: how alike two origins are.
Leaves to: `aiohttp_cors._server.log` when somebody wants to know.
"""

from itertools import islice
from typing import Final

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._values.errors import Problem
from aiohttp_cors._values.origins import Origin, is_potentially_trustworthy, parse_origin

# Nobody compares by eye with more; the work is bounded.
_MOST: Final = 1000


def near_miss(policy: CompiledPolicy, origin: str) -> str | None:
    """The origin of `policy` that is most like `origin`; None if none is like it.

    Two origins are alike if their hosts are equal, differ by ``www.`` or a trailing dot, or are both
    names of this machine.
    """
    sent = parse_origin(origin.lower().removesuffix("/"))
    if isinstance(sent, Problem) or not isinstance(sent, Origin):
        return None
    exact = (text for table in policy.tables for text in table.index.exact)
    best, most = None, 0
    for text in islice(exact, _MOST):
        configured = parse_origin(text.removesuffix("/"))
        likeness = _likeness(sent, configured) if isinstance(configured, Origin) else 0
        if likeness > most:
            best, most = text, likeness
    return best


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
