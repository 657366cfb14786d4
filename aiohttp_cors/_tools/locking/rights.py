"""What a page may do with one method of a route, once it is known what its origin is granted.

Owns: `Rights`, and the questions whose answers make them up.
Leaves to: `aiohttp_cors._protocol.checks` whether a request is allowed; to
`aiohttp_cors.browser.checks` what a browser makes of the answer; to `aiohttp_cors._tools.locking.reach` the
origins and the routes.

Nothing is decided here. A request with cookies, one with each header, one with a header that nobody
named: the judge answers each, and the browser's checks say whether a page gets through. A request
that needs no preflight is judged by its answer alone.
"""

from collections.abc import Container
from itertools import count
from typing import Final, Literal, NamedTuple, TypeAlias, final

from aiohttp_cors._protocol.checks import judge_actual, judge_preflight
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.header_values import exposed
from aiohttp_cors._protocol.verdicts import Asked, Dialect
from aiohttp_cors._table.coverage import Row
from aiohttp_cors._table.scope import Scope
from aiohttp_cors._values.vocabulary import (
    SAFELISTED_METHODS,
    SAFELISTED_RESPONSE_HEADERS,
    is_forbidden_request_header,
)
from aiohttp_cors.browser.checks import (
    CorsBlocked,
    HttpResponse,
    cors_check,
    preflight_check,
    readable_headers,
)
from aiohttp_cors.browser.headers import HeaderList
from aiohttp_cors.browser.preflight_cache import Requester

Names: TypeAlias = frozenset[str] | None
"""Names of headers in lower case; None for any."""

Answers: TypeAlias = Literal["fluent", "constant", "classic"]
"""How an answer is written: with the constant ``*`` it does not vary by origin; the texts of refused
preflights differ between the two APIs."""

_ORIGIN: Final = "https://asks.example"
# No safelisted header has such a value: whatever its name, a preflight has to ask for it.
_UNSAFE_VALUE: Final = '"'


@final
class Rights(NamedTuple):
    """What a page may do.

    - `credentials`: whether cookies may be sent and the answer still be read;
    - `headers`: those that a script may set beside the safelisted ones;
    - `exposed`: response headers that a script may read beside the safelisted ones;
    - `enforced`: whether the server refuses what is not allowed, and does not just report it;
    - `max_age`: the value of ``Access-Control-Max-Age``, None for no header;
    - `answers`: how answers are written. Neither allows a page anything.
    """

    credentials: bool
    headers: Names
    exposed: Names
    enforced: bool
    max_age: str | None
    answers: Answers


@final
class Case(NamedTuple):
    """What decides about the requests of a page, one method of one route at a time.

    - `policy`: what was asked about the page's origin, and `grant`: what it gave;
    - `row`: decides about the actual request;
    - `preflight`: decides about its preflight; None where every preflight is refused;
    - `methods`: those that the route's resource serves.
    """

    policy: CompiledPolicy
    grant: Grant
    row: Row
    preflight: Row | None
    method: str
    methods: frozenset[str]

    def rights(self) -> Rights | None:
        """What the page may do; None where it cannot read the answer."""
        granted = judge_actual(_ORIGIN, self.method, self.grant, self.row.naming)
        if not isinstance(granted, Grant) or not self._passes():
            return None
        classic = self.row.dialect is Dialect.CLASSIC
        return Rights(
            credentials=self._passes(credentials=True),
            headers=self._settable(),
            exposed=_readable(granted),
            enforced=self.row.refuses,
            max_age=self.grant.max_age,
            answers="classic" if classic else "constant" if granted.allow_origin else "fluent",
        )

    def _passes(self, *names: str, credentials: bool = False) -> bool:
        """Whether a browser lets a script have the answer to a request with the headers `names`."""
        requester = Requester(_ORIGIN, "", credentials)
        headers = tuple((name, _UNSAFE_VALUE) for name in names)
        try:
            if self.method not in SAFELISTED_METHODS or headers:
                # A refusal is a 403 if it has no headers. Without them it fails here as well.
                told = HttpResponse(200, self._preflight(names))
                preflight_check(requester, self.method, headers, told)
            cors_check(requester, HttpResponse(200, _written(self.grant)))
        except CorsBlocked:
            return False
        return True

    def _preflight(self, names: tuple[str, ...]) -> HeaderList:
        """The headers of the answer to a preflight."""
        if self.preflight is None:
            return ()
        asked = Asked(_ORIGIN, self.method, [",".join(names)] if names else [])
        # Whatever else is served at the URL, the same requests pass: a scope decides what is listed.
        scope = Scope(self.methods, alone=False, unchecked=frozenset())
        verdict = judge_preflight(asked, self.policy, self.grant, self.preflight, scope)
        return tuple(verdict.headers)

    def _settable(self) -> Names:
        names = {name.lower() for name in self.grant.allow_headers or ()}
        if self._passes(unlike(names)):
            return None
        settable = [name for name in names if not is_forbidden_request_header(name)]
        return frozenset(name for name in settable if self._passes(name))


def _written(grant: Grant) -> HeaderList:
    """What the answer to an actual request says about its origin."""
    origin = ("Access-Control-Allow-Origin", grant.allow_origin or _ORIGIN)
    credentials = ("Access-Control-Allow-Credentials", "true")
    return (origin, credentials) if grant.allow_credentials else (origin,)


def _readable(grant: Grant) -> Names:
    """The response headers that a script may read."""
    if grant.expose is None:
        return frozenset()
    names = {name.lower() for name in grant.expose.split(",")} - {"*"}
    unnamed = unlike(names)
    sent = sorted({*names, unnamed})
    told = exposed(sent) if grant.expose_all else grant.expose
    lines = [("Access-Control-Expose-Headers", told), *((name, "1") for name in sent)]
    answer = HttpResponse(200, (*_written(grant), *lines))
    readable = {name for name, _ in readable_headers(answer, "cors", credentials=False)}
    return (
        None if unnamed in readable else frozenset(readable & names) - SAFELISTED_RESPONSE_HEADERS
    )


def unlike(names: Container[str]) -> str:
    """The name of a header that is none of `names`."""
    return next(name for n in count() if (name := f"x-other{n or ''}") not in names)
