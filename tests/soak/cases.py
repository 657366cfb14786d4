"""The requests that the servers get, and what each answer has to be, given the state of its worker.

Owns: the rows: a request in bytes, and the rule that gives the answer.
Leaves to: `tests.soak.client` and `tests.soak.wrk` to send them; `tests.soak.expected` how answers are compared;
`tests.soak.moving` what a state means.

``@@@@@@@@`` in a request is another number each time: what a client makes up must not make a server grow.
"""

from dataclasses import dataclass, replace
from typing import Final, final

from aiohttp import hdrs

from tests.benchmarks.wire import Answer
from tests.soak.application import CLASSIC
from tests.soak.expected import (
    PREFLIGHT_VARY,
    Expected,
    Rule,
    Value,
    allowed,
    listed,
    plain,
    readable,
    refused_preflight,
    unreadable,
)
from tests.soak.moving import START, STATE, State, late_route, live, members, methods, path

UNIQUE: Final = "@@@@@@@@"
"""What is replaced by a number of eight digits."""

_APP: Final = "https://app.example.com"
_PREVIEW: Final = f"https://n{UNIQUE}.preview.example.com"
_EVIL: Final = f"https://n{UNIQUE}.evil.example"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request, and the answer that each state of a worker asks for."""

    name: str
    request: bytes
    rule: Rule
    ends: bool = False
    """Whether the connection ends with the answer."""

    def complaints(self, answer: Answer, number: int) -> list[str]:
        """What is wrong with the answer to the request with a number."""
        state = answer.headers.get(STATE)
        if state is None and answer.status != 400:
            return ["the answer does not come from the application"]
        expected = self.rule(START if state is None else State.of(state))
        headers = {
            name: value.replace(UNIQUE, digits(number)) if isinstance(value, str) else value
            for name, value in expected.headers.items()
        }
        return Expected(status=expected.status, headers=headers).complaints(answer)

    def bytes_of(self, number: int) -> bytes:
        """The request with a number."""
        return self.request.replace(UNIQUE.encode(), digits(number).encode())


def digits(number: int) -> str:
    """What stands in place of `UNIQUE`."""
    return f"{number % 10**8:08}"


def _routed(resource: int) -> Rule:
    return lambda state: listed(_APP, methods(resource, state))


def _request(method: str, where: str, *lines: str, version: str = "1.1") -> bytes:
    head = (f"{method} {where} HTTP/{version}", "Host: api.example", *lines)
    return "\r\n".join((*head, "", "")).encode("latin-1")


def _from(name: str, method: str, where: str, origin: str | None, rule: Rule, *lines: str) -> Case:
    own = () if origin is None else (f"Origin: {origin}",)
    return Case(name=name, request=_request(method, where, *own, *lines), rule=rule)


def _asks(name: str, where: str, origin: str, method: str, names: str, rule: Rule) -> Case:
    lines = [f"{hdrs.ACCESS_CONTROL_REQUEST_METHOD}: {method}"]
    if names:
        lines.append(f"{hdrs.ACCESS_CONTROL_REQUEST_HEADERS}: {names}")
    return _from(name, "OPTIONS", where, origin, rule, *lines)


_BROWSERS_LINE: Final = "content-type,x-csrf-token"


def _actual() -> list[Case]:
    return [
        _from("GET, exact origin", "GET", path(3), _APP, allowed(_APP)),
        _from("GET, pattern", "GET", path(4), _PREVIEW, allowed(_PREVIEW)),
        _from("GET, refused", "GET", path(3), _EVIL, unreadable()),
        _from("GET without Origin", "GET", path(3), None, unreadable()),
        _from("GET, opaque origin", "GET", path(3), "null", unreadable()),
        Case(
            name="POST",
            request=_request("POST", path(6), f"Origin: {_APP}", "Content-Length: 4") + b"body",
            rule=allowed(_APP),
        ),
        _from("an error", "GET", "/refuses", _APP, allowed(_APP, 400)),
        _from("405", "PROPFIND", path(7), _APP, allowed(_APP, 405)),
        _from("404", "GET", "/nowhere", _APP, plain(404)),
        _from("not covered", "GET", "/plain", _APP, plain()),
        _from("classic", "PUT", "/classic", CLASSIC, allowed(CLASSIC, exposed=False)),
        _from("classic, refused", "PUT", "/classic", _APP, unreadable()),
    ]


def _preflights() -> list[Case]:
    classic: dict[str, Value] = readable(CLASSIC, exposed=False)
    classic["vary"] = PREFLIGHT_VARY
    classic["access-control-allow-methods"] = frozenset({"put"})
    classic["access-control-allow-headers"] = "X-TOKEN"
    return [
        _asks("preflight", path(8), _APP, "POST", _BROWSERS_LINE, _routed(8)),
        _asks("preflight, another header", path(9), _APP, "POST", f"x-{UNIQUE}", _routed(9)),
        _asks("preflight, refused", path(9), _EVIL, "POST", f"x-{UNIQUE}", refused_preflight()),
        _asks("preflight, not covered", "/plain", _APP, "PUT", "", plain(405)),
        _asks(
            "classic preflight",
            "/classic",
            CLASSIC,
            "PUT",
            "x-token",
            lambda _: Expected(status=200, headers=classic),
        ),
        _asks("classic preflight, refused", "/classic", _APP, "PUT", "", refused_preflight()),
    ]


def _moving() -> list[Case]:
    def live_get(origin: str) -> Rule:
        headers = readable(origin, credentials=False, exposed=False)
        return lambda state: (
            Expected(status=200, headers=headers)
            if origin in members(state)
            else unreadable()(state)
        )

    def live_preflight(origin: str, number: int) -> Rule:
        return lambda state: (
            listed(origin, methods(number, state), is_live=True)
            if origin in members(state)
            else refused_preflight()(state)
        )

    def late(number: int) -> Rule:
        return lambda state: allowed(_APP, 200 if number < state.routes else 405)(state)

    cases: list[Case] = []
    for turn in range(0, 50, 5):
        cases += [
            _from(f"GET, live {turn}", "GET", path(turn), live(turn), live_get(live(turn))),
            _asks(
                f"preflight, live {turn}",
                path(turn),
                live(turn),
                "POST",
                "x-token",
                live_preflight(live(turn), turn),
            ),
        ]
    for number in (20, 50, 80, 120, 180):
        resource, method = late_route(number)
        where = path(resource)
        cases += [
            _from(f"late route {number}", method, where, _APP, late(number)),
            _asks(f"preflight, late route {number}", where, _APP, method, "", _routed(resource)),
        ]
    return cases


def _enforced() -> list[Case]:
    def ask(name: str, method: str, origin: str | None, rule: Rule, *lines: str) -> Case:
        return _from(f"enforced: {name}", method, "/enforced", origin, rule, *lines)

    cross, forbidden = "Sec-Fetch-Site: cross-site", plain(403)
    link = ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
    both = listed(_APP, frozenset({"GET", "POST"}))
    return [
        ask("allowed", "POST", _APP, allowed(_APP), cross),
        ask("another page", "POST", _EVIL, forbidden, cross),
        ask("another page, no Fetch Metadata", "POST", _EVIL, forbidden),
        ask("a sandbox", "POST", "null", forbidden, cross),
        ask("no origin at all", "POST", f"https://{UNIQUE}@app.example.com", forbidden, cross),
        ask("two origins", "POST", _APP, forbidden, f"Origin: {_EVIL}"),
        ask("its own page", "POST", "null", unreadable(), "Sec-Fetch-Site: same-origin"),
        ask("its own host", "POST", "https://api.example", unreadable()),
        ask("no browser", "POST", None, unreadable()),
        ask("a form without Origin", "POST", None, forbidden, cross, *link),
        ask("a link", "GET", None, unreadable(), cross, *link),
        _asks("enforced: preflight", "/enforced", _APP, "POST", _BROWSERS_LINE, lambda _: both),
    ]


def _hostile() -> list[Case]:
    many = ",".join(f"x-{number}" for number in range(300))
    return [
        _from("an Origin of 8000 bytes", "GET", path(3), "https://" + "a" * 7990, unreadable()),
        _from("an Origin of 0xFF", "GET", path(3), "\xff" * 100, unreadable()),
        _asks("300 names", path(3), _APP, "POST", many, refused_preflight()),
        _asks("8000 commas", path(3), _APP, "POST", "," * 8000 + "@", refused_preflight()),
        _asks("8000 bytes of 0xFF", path(3), _APP, "POST", "\xff" * 8000, refused_preflight()),
        _asks("a method that is none", path(3), _APP, "P@ST", "", refused_preflight()),
        _from("an absolute target", "GET", f"http://api.example{path(3)}", _APP, allowed(_APP)),
    ]


def _alone() -> list[Case]:
    upgrade = (
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )

    def ends(case: Case) -> Case:
        return replace(case, ends=True)

    return [
        # The load tool would wait for a body.
        _from("HEAD", "HEAD", path(5), _APP, allowed(_APP)),
        ends(_from("WebSocket", "GET", "/socket", _APP, allowed(_APP, 101), *upgrade)),
        _from("WebSocket, another page", "GET", "/socket", _EVIL, plain(403), *upgrade[1:]),
        Case(
            name="HTTP/1.0",
            request=_request("GET", path(3), f"Origin: {_APP}", version="1.0"),
            rule=allowed(_APP),
            ends=True,
        ),
        Case(
            name="a line that is no header",
            request=_request("GET", path(3), "Origin"),
            rule=plain(400),
            ends=True,
        ),
    ]


LOAD: Final = (*_actual(), *_preflights(), *_moving(), *_enforced(), *_hostile())
"""What the load tool sends, over connections that stay open."""
CASES: Final = (*LOAD, *_alone())
"""What the checking client sends: what the load tool cannot, too."""
