"""`Remembered`: the worst that a browser could keep of preflights.

Engines keep more than the standard says, and combine it more freely: WebKit keeps what a refused
preflight listed, Chromium and WebKit keep what a failed request had been told, and all three let GET, HEAD
and POST pass whatever methods were listed. This one does all of it: every method and every header name
that any answer listed for a URL, until it runs out.
"""

from typing import Final, NamedTuple, final

from aiohttp_cors.browser.checks import HttpResponse
from aiohttp_cors.browser.request import HttpRequest

_UNSAID: Final = 5
"""For how many seconds engines keep an answer that does not say it."""


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

    def methods(self, origin: str, url: str, *, credentials: bool) -> frozenset[str]:
        """The methods that may be sent to a URL without asking."""
        return frozenset[str]().union(*(t.methods for t in self._known(origin, url, credentials)))

    def names(self, origin: str, url: str, *, credentials: bool) -> frozenset[str]:
        """The header names, in lower case, that may be sent with any of the methods."""
        return frozenset[str]().union(*(t.names for t in self._known(origin, url, credentials)))

    def _known(self, origin: str, url: str, credentials: bool) -> list[_Told]:
        return [
            told
            for told in self._told
            if (told.origin, told.url) == (origin, url)
            and (told.credentials or not credentials)
            and told.until > self._now
        ]
