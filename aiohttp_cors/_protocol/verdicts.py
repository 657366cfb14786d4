"""What a judge is told, and what it answers, as values.

Owns: the facts of a preflight, verdicts and refusals, and in what the two APIs differ on the wire
(`Dialect`, `Naming`).
Leaves to: `aiohttp_cors._protocol.checks` which verdict is given.

A verdict is `PreflightAllowed` or `Refused` for a preflight, a `Grant` or `Refused` for an actual
request.
"""

import enum
from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeAlias, final

from aiohttp_cors._protocol.grant import Grant


@final
class Dialect(enum.Enum):
    """All in which the two APIs differ on the wire, beside `Naming`.

    - classic: checks the method, then the origin, then the headers. Configured methods stand beside
      the added routes. An answer lists what was asked.
    - fluent: checks the origin, then the method, then the headers. Configured methods stand instead
      of the routed ones. An answer lists all that is allowed.
    """

    CLASSIC = "classic"
    FLUENT = "fluent"


@final
class Naming(enum.Enum):
    """When the options that decide for the origin have to name the method (classic API).

    - never: the route was added, or the policy is a fluent one;
    - preflight: the resource was added as a whole;
    - always: the route was left out beside routes that were added.
    """

    NEVER = "never"
    PREFLIGHT = "preflight"
    ALWAYS = "always"


@final
class Refusal(enum.Enum):
    """The check that failed, in the words of the standard."""

    ORIGIN_MISSING = "no Origin header"
    REQUEST_METHOD_MISSING = "no Access-Control-Request-Method header"
    NOT_COVERED = "no policy"
    NO_ORIGINS = "no origin is allowed"
    ORIGIN = "origin not allowed"
    METHOD = "method not allowed"
    HEADERS = "headers not allowed"


@final
class Asked:
    """What a preflight asks for: the values of ``Origin`` and of the two request headers."""

    __slots__ = ("header_lines", "method", "origin")

    def __init__(self, origin: str, method: str, header_lines: Sequence[str]) -> None:
        self.origin = origin
        self.method = method
        self.header_lines = header_lines


class OnTheWire(Protocol):
    """How a row shows on the wire: see `aiohttp_cors._table.coverage.Row`."""

    @property
    def dialect(self) -> Dialect: ...

    @property
    def naming(self) -> Naming: ...


class UrlScope(Protocol):
    """What is known about a URL for an answer: see `aiohttp_cors._table.scope.Scope`."""

    @property
    def methods(self) -> frozenset[str]: ...

    @property
    def alone(self) -> bool: ...

    @property
    def unchecked(self) -> frozenset[str]: ...


HeaderPairs: TypeAlias = Sequence[tuple[str, str]]


@final
class Refused(NamedTuple):
    """A refusal: the failed check, and the sentence that tells the client which value failed.

    `headers` are what an allowed origin is told nevertheless: what the rule does allow here. The
    browser then refuses by itself, and its console names the header or the method.
    """

    refusal: Refusal
    text: str
    headers: HeaderPairs = ()


@final
class PreflightAllowed:
    """A preflight's success: the ``Access-Control-*`` headers of the answer, as pairs."""

    __slots__ = ("headers",)

    def __init__(self, headers: HeaderPairs) -> None:
        self.headers = headers


PreflightVerdict: TypeAlias = PreflightAllowed | Refused
ActualVerdict: TypeAlias = Grant | Refused
