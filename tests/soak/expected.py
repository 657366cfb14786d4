"""What an answer has to be: its status, each CORS header and ``Vary``.

Owns: `Expected`, how an answer is compared with it, and the kinds of answers that there are.
Leaves to: `tests.soak.cases` which request gets which.

Expectations come from the Fetch standard and from what the documentation of this library says, never from the
library.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, final

from tests.benchmarks.wire import Answer
from tests.soak.application import EXPOSED, HEADERS, LIVE_HEADERS, MAX_AGE
from tests.soak.moving import State

Value: TypeAlias = str | frozenset[str]
"""A header's value: to the letter, or a list without regard to case and order."""

PREFLIGHT_VARY: Final = frozenset(
    {"origin", "access-control-request-method", "access-control-request-headers"}
)
_PROTOCOL: Final = "access-control-"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """An answer: its status, and its CORS headers and ``Vary`` to the last."""

    status: int
    headers: Mapping[str, Value]

    def complaints(self, answer: Answer) -> list[str]:
        """What is wrong with an answer."""
        found = [] if answer.status == self.status else [f"{answer.status}, not {self.status}"]
        names = {name.lower() for name in answer.headers}
        given = {name for name in names if name == "vary" or name.startswith(_PROTOCOL)}
        for name in sorted(given | self.headers.keys()):
            values = answer.headers.getall(name, [])
            wanted = self.headers.get(name)
            got = [_members(value) if isinstance(wanted, frozenset) else value for value in values]
            if got != ([] if wanted is None else [wanted]):
                found.append(f"{name} is {values!r}, not {_written(wanted)}")
        return found


def _members(value: str) -> frozenset[str]:
    return frozenset(member.strip().lower() for member in value.split(","))


def _written(value: Value | None) -> str:
    return repr(sorted(value) if isinstance(value, frozenset) else value)


Rule: TypeAlias = Callable[[State], Expected]
"""What an answer has to be when its worker is in a state."""


def plain(status: int = 200, *, vary: Value | None = None) -> Rule:
    """Without CORS headers; with a ``Vary`` where a policy had a say."""
    headers = {} if vary is None else {"vary": vary}
    return lambda _: Expected(status=status, headers=headers)


def unreadable() -> Rule:
    """Handled, but for no other page to read."""
    return plain(vary=frozenset({"origin"}))


def refused_preflight() -> Rule:
    """A preflight from an origin that the policy does not know, or that asks for what is no name."""
    return plain(403, vary=PREFLIGHT_VARY)


def readable(origin: str, *, credentials: bool = True, exposed: bool = True) -> dict[str, Value]:
    """The headers of what a page of `origin` may read."""
    headers: dict[str, Value] = {"access-control-allow-origin": origin}
    headers["vary"] = frozenset({"origin"})
    if credentials:
        headers["access-control-allow-credentials"] = "true"
    if exposed:
        headers["access-control-expose-headers"] = EXPOSED
    return headers


def allowed(origin: str, status: int = 200, *, exposed: bool = True) -> Rule:
    """An answer that a page of `origin` may read, with credentials."""
    headers = readable(origin, exposed=exposed)
    return lambda _: Expected(status=status, headers=headers)


def listed(origin: str, routed: frozenset[str], *, is_live: bool = False) -> Expected:
    """The answer to a preflight of an origin that is allowed, under one or the other clause."""
    headers = readable(origin, credentials=not is_live, exposed=False)
    headers["vary"] = PREFLIGHT_VARY
    headers["access-control-allow-methods"] = _members(",".join(routed))
    headers["access-control-allow-headers"] = _members(
        ",".join(LIVE_HEADERS if is_live else HEADERS)
    )
    if not is_live:
        headers["access-control-max-age"] = str(MAX_AGE)
    return Expected(status=200, headers=headers)
