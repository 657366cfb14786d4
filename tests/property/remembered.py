"""`Remembered`: the worst that a browser could keep of preflights.

Engines keep more than the standard says, and combine it more freely: WebKit keeps what a refused
preflight listed, Chromium and WebKit keep what a failed request had been told, and all three let GET, HEAD
and POST pass whatever methods were listed. This one does all of it: every method and every header name
that any answer listed for a URL, until it runs out.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, final

from aiohttp_cors.browser.checks import HttpResponse
from aiohttp_cors.browser.request import HttpRequest

_UNSAID: Final = 5
"""For how many seconds engines keep an answer that does not say it."""


@final
class Known(NamedTuple):
    """All methods and, in lower case, header names that a browser combines for one URL."""

    origin: str
    url: str
    credentials: bool
    methods: frozenset[str]
    names: frozenset[str]


@final
class _Told(NamedTuple):
    origin: str
    url: str
    credentials: bool
    until: float
    methods: frozenset[str]
    names: frozenset[str]


@final
class Remembered:
    """Everything that was said, with a clock that only `advance` moves."""

    def __init__(self) -> None:
        self._now = 0.0
        self._told: list[_Told] = []

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self._now += seconds

    def note(self, request: HttpRequest, response: HttpResponse, *, credentials: bool) -> None:
        """Keep what the answer to a preflight said, for requests with or without `credentials`."""
        origin = dict(request.headers)["Origin"]
        told = {name.lower(): value for name, value in response.headers}
        allowed = {origin} if credentials else {origin, "*"}
        if not 200 <= response.status <= 299:
            return
        if told.get("access-control-allow-origin") not in allowed:
            return
        if credentials and told.get("access-control-allow-credentials") != "true":
            return
        lists = [
            frozenset(filter(None, told.get(f"access-control-allow-{what}", "").split(",")))
            for what in ("methods", "headers")
        ]
        methods, names = lists[0], frozenset(name.lower() for name in lists[1])
        assert methods, "absent methods would stand for the requested one"
        assert "*" not in methods | names, "a wildcard"
        age = int(told.get("access-control-max-age", _UNSAID))
        until = self._now + age
        self._told.append(_Told(origin, request.url, credentials, until, methods, names))

    def known(self) -> Iterator[Known]:
        """What may be sent without asking: for each origin and URL, with and without credentials."""
        told = [told for told in self._told if told.until > self._now]
        for origin, url in dict.fromkeys((each.origin, each.url) for each in told):
            here = [each for each in told if (each.origin, each.url) == (origin, url)]
            for credentials in (False, True):
                # What was allowed with credentials is allowed without.
                fit = [each for each in here if each.credentials or not credentials]
                if fit:
                    yield Known(
                        origin,
                        url,
                        credentials,
                        frozenset[str]().union(*(each.methods for each in fit)),
                        frozenset[str]().union(*(each.names for each in fit)),
                    )
