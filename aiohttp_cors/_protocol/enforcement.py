"""Which requests of pages are refused before a handler runs, where a policy is enforced.

Owns: the table of decisions, and what a refused client is told.
Leaves to: `aiohttp_cors._protocol.checks` whether the policy allows an origin and a method; to
`aiohttp_cors._server.headers` how the facts are read.

The first row that fits decides. *Site* is the value of ``Sec-Fetch-Site``. A request is *safe* if its
method is GET or HEAD and it is no WebSocket handshake. *Allowed* means that the clause which decides
for the origin allows the method.

    row  request                                                         decision
    ---  --------------------------------------------------------------  ---------------------------
     0   a preflight                                                     passes: CORS answers it
     1   two or more lines of Origin or of the site                      refused: no browser
     2   the site is same-origin                                         passes, whatever Origin says
     3   the site is none                                                passes: the user's own doing
     4   no Origin, no site                                              passes: no browser
     5   no Origin, another site, safe, a navigation, no object or embed  passes: a link
     6   no Origin, another site, safe                                   passes; refused if isolated,
                                                                         unless any origin is allowed
     7   no Origin, another site, not safe                               refused: no browser
     8   Origin is null                                                  refused: a sandbox
     9   Origin is outside of the grammar                                refused
    10   no site, and Origin is this server's own                        passes
    11   allowed, with credentials                                       passes
    12   allowed, without credentials                                    passes if it carries none
    13   everything else                                                 refused

Row 10 compares host and port of the origin with ``Host``, and no scheme: behind a proxy that
terminates TLS a server does not know its own. Where the origins of the server are configured, they
are compared with ``Origin`` instead. A name that an attacker rebinds to the server's address comes as
``Host``, too. So only configured origins stop that.

Sources:

- Fetch Metadata, *Sec-Fetch-Site*: https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
- RFC 6455, section 10.2 *Origin Considerations*: https://www.rfc-editor.org/rfc/rfc6455#section-10.2
- RFC 6454, section 7.3: https://www.rfc-editor.org/rfc/rfc6454#section-7.3
"""

import enum
from collections.abc import Sequence
from typing import Final, final

from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.header_values import cut
from aiohttp_cors._protocol.verdicts import ActualVerdict, Refusal, Refused
from aiohttp_cors._values.enforcement import Enforcement
from aiohttp_cors._values.origin_grammar import DEFAULT_PORTS, Origin, read_origin
from aiohttp_cors._values.origin_index import MAX_ORIGIN

AUTHORIZATION: Final = "Authorization"
"""The one credential that a script can set as a request header."""
COOKIE: Final = "Cookie"
CERTIFICATE: Final = "a client certificate"

_SAFE: Final = frozenset({"GET", "HEAD"})
_PLUGINS: Final = frozenset({"object", "embed"})


@final
class Why(enum.Enum):
    """The row of the table that decided; its number, and what it says of a request."""

    PREFLIGHT = 0
    REPEATED_HEADER = 1
    SAME_ORIGIN = 2
    USER = 3
    NO_BROWSER = 4
    NAVIGATION = 5
    EMBEDDED = 6
    NO_ORIGIN = 7
    OPAQUE_ORIGIN = 8
    MALFORMED_ORIGIN = 9
    OWN_ORIGIN = 10
    CREDENTIALED = 11
    UNCREDENTIALED = 12
    NOT_ALLOWED = 13


@final
class Facts:
    """What is known of a request.

    - `origins`, `sites`: the values of all lines of ``Origin`` and of ``Sec-Fetch-Site``;
    - `host`: the value of ``Host``; empty where there is none, or more than one;
    - `mode`, `destination`: ``Sec-Fetch-Mode`` and ``Sec-Fetch-Dest``, empty where they are absent;
    - `is_handshake`: whether a WebSocket is to be opened;
    - `credentials`: which it carries, of `COOKIE`, `AUTHORIZATION` and `CERTIFICATE`.
    """

    __slots__ = (
        "credentials",
        "destination",
        "host",
        "is_handshake",
        "is_preflight",
        "method",
        "mode",
        "origins",
        "sites",
    )

    def __init__(
        self,
        method: str,
        *,
        origins: Sequence[str] = (),
        sites: Sequence[str] = (),
        host: str = "",
        mode: str = "",
        destination: str = "",
        is_preflight: bool = False,
        is_handshake: bool = False,
        credentials: Sequence[str] = (),
    ) -> None:
        self.method = method
        self.origins = origins
        self.sites = sites
        self.host = host
        self.mode = mode
        self.destination = destination
        self.is_preflight = is_preflight
        self.is_handshake = is_handshake
        self.credentials = credentials

    @property
    def origin(self) -> str | None:
        """The value of ``Origin``; None where it is absent."""
        return self.origins[0] if self.origins else None

    @property
    def site(self) -> str | None:
        """The value of ``Sec-Fetch-Site``; None where it is absent."""
        return self.sites[0] if self.sites else None

    @property
    def is_safe(self) -> bool:
        """Whether it only reads: GET or HEAD, and no handshake."""
        return self.method in _SAFE and not self.is_handshake


@final
class Judged:
    """What was decided, and by which row; `refusal` is None for a request that passes."""

    __slots__ = ("refusal", "why")

    def __init__(self, why: Why, refusal: str | None = None) -> None:
        self.why = why
        self.refusal = refusal


def judge_facts(facts: Facts, enforced: Enforcement, *, any_origin: bool) -> Judged | None:
    """The decision by rows 0 to 10; None where the policy has to be asked about the origin.

    `any_origin` says whether a clause of the policy allows any.
    """
    if facts.is_preflight:
        return Judged(Why.PREFLIGHT)
    if len(facts.origins) > 1 or len(facts.sites) > 1:
        name, lines = _repeated(facts)
        return Judged(Why.REPEATED_HEADER, f"{name} is there {lines} times")
    origin, site = facts.origin, facts.site
    if site == "same-origin":
        return Judged(Why.SAME_ORIGIN)
    if site == "none":
        return Judged(Why.USER)
    if origin is None:
        return _judge_without_origin(facts, site, enforced, any_origin=any_origin)
    if origin == "null":
        return Judged(Why.OPAQUE_ORIGIN, f"origin 'null' is nobody's{_beside(site)}")
    parsed = read_origin(origin) if len(origin) <= MAX_ORIGIN else None
    if not isinstance(parsed, Origin):
        return Judged(Why.MALFORMED_ORIGIN, f"origin {_quoted(origin)} is none")
    if site is None and _is_own(parsed, facts.host, enforced):
        return Judged(Why.OWN_ORIGIN)
    return None


def judge_origin(facts: Facts, enforced: Enforcement, verdict: ActualVerdict | None) -> Judged:
    """The decision by rows 11 to 13, by what the policy says about the origin and the method.

    Precondition: `judge_facts` gave None. `verdict` is that of
    `aiohttp_cors._protocol.checks.judge_actual`.
    """
    origin = _quoted(facts.origin or "")
    if isinstance(verdict, Grant):
        if verdict.allow_credentials:
            return Judged(Why.CREDENTIALED)
        carried = [each for each in facts.credentials if not _allows(verdict, each)]
        if not carried:
            return Judged(Why.UNCREDENTIALED)
        text = f"origin {origin} is allowed without credentials, and {', '.join(carried)} is sent"
        return Judged(Why.UNCREDENTIALED, text)
    if isinstance(verdict, Refused) and verdict.refusal is Refusal.METHOD:
        text = f"method {_quoted(facts.method)} is not allowed for origin {origin}"
    elif facts.site is not None:
        text = f"origin {origin} is not allowed{_beside(facts.site)}"
    elif enforced.own:
        own = cut(", ".join(map(repr, enforced.own)), to=1000)
        text = f"origin {origin} is neither allowed nor this server's own {own}"
    else:
        host = _quoted(facts.host)
        text = f"origin {origin} is neither allowed nor this host {host}; does a proxy change Host?"
    return Judged(Why.NOT_ALLOWED, text)


def _judge_without_origin(
    facts: Facts, site: str | None, enforced: Enforcement, *, any_origin: bool
) -> Judged:
    if site is None:
        return Judged(Why.NO_BROWSER)
    if not facts.is_safe:
        what = "a WebSocket handshake" if facts.is_handshake else _quoted(facts.method)
        return Judged(Why.NO_ORIGIN, f"{what} comes without an origin{_beside(site)}")
    if facts.mode == "navigate" and facts.destination not in _PLUGINS:
        return Judged(Why.NAVIGATION)
    if enforced.isolate and not any_origin:
        return Judged(Why.EMBEDDED, f"other sites may not embed this{_beside(site)}")
    return Judged(Why.EMBEDDED)


def _is_own(origin: Origin, host: str, enforced: Enforcement) -> bool:
    if enforced.own:
        return str(origin) in enforced.own
    named = str(origin).partition("://")[2]
    # A browser leaves the default port out of both; a proxy may write it into Host.
    default = DEFAULT_PORTS(origin.scheme, "")
    return (
        host.lower() in {named, f"{named}:{default}"}
        if origin.port is None
        else host.lower() == named
    )


def _allows(grant: Grant, credential: str) -> bool:
    """Whether a page may send it as a request header, which no other credential can be."""
    allowed = grant.allow_headers
    return credential == AUTHORIZATION and (allowed is None or "AUTHORIZATION" in allowed)


def _repeated(facts: Facts) -> tuple[str, int]:
    if len(facts.origins) > 1:
        return "Origin", len(facts.origins)
    return "Sec-Fetch-Site", len(facts.sites)


def _beside(site: str | None) -> str:
    return "" if site is None else f" (Sec-Fetch-Site: {_quoted(site)})"


def _quoted(value: str) -> str:
    return repr(cut(value))
