"""What a browser remembers of preflights that succeeded, and for how long.

Owns: the entries, and a clock that is moved from outside.
Leaves to: `aiohttp_cors.browser.checks` when a preflight succeeds and what it allows.

Implements Fetch, *CORS-preflight cache*: https://fetch.spec.whatwg.org/#concept-cache, without a
network partition key (one cache is one partition) and without an imposed limit on max-age
(Chromium has 7200 s, Firefox 86400 s, WebKit 600 s).

Deviates from the letter in two places, because otherwise a renewed permission would end with the
first one, and a cached ``*`` would mean more than it did when it was received:

- an entry lives for max-age seconds after the *latest* preflight that brought it;
- ``*`` received by a request with credentials is a plain name in the cache, too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, TypeAlias, final

from aiohttp_cors.browser.headers import NON_WILDCARD_REQUEST_HEADERS

_Kind: TypeAlias = Literal["method", "header name"]
_WILDCARD: Final = "*"


@final
@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks where, and how: ``Requester("https://app.example", url, credentials=False)``.

    - `origin`: serialized as the request sends it, ``null`` when it is opaque or tainted;
    - `url`: the request's current URL, serialized, its fragment included;
    - `credentials`: the request's credentials mode is ``include``.
    """

    origin: str
    url: str
    credentials: bool


@final
@dataclass(frozen=True, slots=True)
class _Entry:
    requester: Requester
    kind: _Kind
    name: str


@final
class PreflightCache:
    """A *CORS-preflight cache*, empty at first; its clock starts at 0 and only `advance` moves it.

    >>> cache = PreflightCache()
    >>> page = Requester("https://app.example", "http://127.0.0.1/", credentials=False)
    >>> cache.store(page, max_age=600, methods=["PUT"], header_names=["X-A"])
    >>> cache.allows_method(page, "PUT"), cache.allows_header(page, "x-a")
    (True, True)
    >>> cache.advance(600)
    >>> cache.allows_method(page, "PUT")
    False
    """

    def __init__(self) -> None:
        self._now = 0.0
        self._expires: dict[_Entry, float] = {}

    def advance(self, seconds: float | timedelta) -> None:
        """Let `seconds` pass; `ValueError` if they are negative or no number."""
        if isinstance(seconds, timedelta):
            seconds = seconds.total_seconds()
        if not seconds >= 0:
            raise ValueError(f"time does not run backwards: {seconds!r}")
        self._now += seconds

    def allows_method(self, requester: Requester, method: str) -> bool:
        """True when there is a *method cache entry match*."""
        return any(self._matches(requester, "method", method))

    def allows_header(self, requester: Requester, name: str) -> bool:
        """True when there is a *header-name cache entry match*; `name` in any case."""
        return any(self._matches(requester, "header name", name.lower()))

    def store(
        self,
        requester: Requester,
        *,
        max_age: float,
        methods: Iterable[str],
        header_names: Iterable[str],
    ) -> None:
        """Remember what a preflight allowed, for `max_age` seconds from now; 0: not at all."""
        for method in methods:
            self._store(requester, "method", method, max_age)
        for name in header_names:
            self._store(requester, "header name", name.lower(), max_age)

    def clear(self, origin: str, url: str) -> None:
        """Forget what `origin` may do at `url`, with and without credentials."""
        self._expires = {
            entry: expires
            for entry, expires in self._expires.items()
            if (entry.requester.origin, entry.requester.url) != (origin, url)
        }

    def _store(self, requester: Requester, kind: _Kind, name: str, max_age: float) -> None:
        entries = tuple(self._matches(requester, kind, name)) or (_Entry(requester, kind, name),)
        for entry in entries:
            self._expires[entry] = self._now + max_age

    def _matches(self, requester: Requester, kind: _Kind, name: str) -> Iterator[_Entry]:
        with_credentials = Requester(requester.origin, requester.url, credentials=True)
        candidates = [_Entry(with_credentials, kind, name)]
        if not requester.credentials:
            candidates.append(_Entry(requester, kind, name))
            if not (kind == "header name" and name in NON_WILDCARD_REQUEST_HEADERS):
                candidates.append(_Entry(requester, kind, _WILDCARD))
        return (entry for entry in candidates if self._expires.get(entry, 0) > self._now)
