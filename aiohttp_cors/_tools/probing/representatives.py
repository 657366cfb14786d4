"""Which origins stand for all that a policy allows, and one that it should not allow.

Owns: an origin for each exact one, each pattern and any origin; the headers that are asked for.
Leaves to: `aiohttp_cors._tools.probing.judged` whether such an origin is allowed: it is asked.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, final

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, OriginTable
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._server.live_origins import LiveOrigins
from aiohttp_cors._values.origin_grammar import Origin, OriginPattern, read_origin

NOT_ALLOWED: Final = "https://cors-probe.invalid"
"""An origin that nobody has: the domain ``invalid`` is reserved (RFC 2606, section 2)."""

ANY_ORIGIN: Final = "https://cors-probe.example"
"""What stands for any origin."""

_LABEL: Final = "cors-probe"
_PORT: Final = 8443
_MOST_NAMES: Final = 16
# What stands for any header: two that need the server's permission.
_ANY_HEADER: Final = ("authorization", "content-type")


@final
class Representative(NamedTuple):
    """An origin, and the request headers that its preflights ask for."""

    origin: str
    names: tuple[str, ...]


def representatives(policy: CompiledPolicy) -> tuple[Representative, ...]:
    """One exact origin for each grant, one of each pattern, one for any origin.

    Where that is a single one, another exact origin stands beside it: two allowed origins show
    whether a cache mixes them up.
    """
    found: dict[str, Grant] = {}
    spare: dict[str, Grant] = {}
    for table in policy.tables:
        granted: set[Grant] = set()
        for text, grant in _origins_of(table):
            chosen = found if "*" in text or grant not in granted else spare
            chosen.setdefault(_member_of(text), grant)
            granted.add(grant)
    if len(found) == 1:
        found |= [*spare.items()][:1]
    return tuple(Representative(origin, _names(grant)) for origin, grant in found.items())


def stranger(policy: CompiledPolicy) -> Representative | None:
    """An origin that the policy does not allow; None where any origin or a predicate is in it."""
    is_open = any(table.any_origin is not None for table in policy.tables)
    if is_open or has_predicate(policy):
        return None
    return named(policy, NOT_ALLOWED)


def named(policy: CompiledPolicy, origin: str) -> Representative:
    """An origin that somebody else has chosen, asking for what the policy allows to some origin."""
    known = {each.origin: each for each in representatives(policy)}
    names = next((_names(grant) for grant in policy.grants()), ())
    return known.get(origin, Representative(origin, names))


def has_predicate(policy: CompiledPolicy) -> bool:
    """Whether the program's own code decides about origins that are not listed."""
    return any(
        not isinstance(source, LiveOrigins) for table in policy.tables for source, _ in table.asked
    )


def _origins_of(table: OriginTable) -> Iterator[tuple[str, Grant]]:
    yield from table.index.exact.items()
    yield from table.index.patterns.items()
    for source, grant in table.asked:
        if isinstance(source, LiveOrigins):
            for member in source:
                yield member, grant
    if table.any_origin is not None:
        yield "*", table.any_origin


def _member_of(text: str) -> str:
    """An origin that `text`, an origin or a pattern or ``*``, stands for."""
    if text == "*":
        return ANY_ORIGIN
    pattern = read_origin(text)
    if not isinstance(pattern, OriginPattern):
        return text
    host = f"{_LABEL}.{pattern.host}" if pattern.subdomains else pattern.host
    port = _PORT if pattern.port == "*" else pattern.port
    return str(Origin(pattern.scheme, host, port))


def _names(grant: Grant) -> tuple[str, ...]:
    """Names in lower case, sorted, as browsers send them."""
    if grant.allow_headers is None:
        return _ANY_HEADER
    return tuple(sorted(name.lower() for name in grant.allow_headers))[:_MOST_NAMES]
