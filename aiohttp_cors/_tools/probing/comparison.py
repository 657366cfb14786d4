"""How an answer that came differs from the one that the application itself gives.

Owns: which headers are compared, and when two values of one mean the same to a browser.
Leaves to: `aiohttp_cors._tools.probing.diagnosis` what a difference is a sign of.

Whether something is allowed is not decided here: the application's answer says it.

Source: Fetch, *HTTP responses* of the CORS protocol, https://fetch.spec.whatwg.org/#http-responses
"""

from collections.abc import Iterable
from typing import Final, NamedTuple, final

from aiohttp_cors._tools.probing.rows import Expected, Question
from aiohttp_cors.browser.checks import CorsBlocked, HttpResponse, cors_check, preflight_check
from aiohttp_cors.browser.headers import HeaderList
from aiohttp_cors.browser.preflight_cache import Requester

ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
_PREFIX: Final = "access-control-"
_VARY: Final = "vary"

_ALLOW_CREDENTIALS: Final = "Access-Control-Allow-Credentials"
_EXPOSE_HEADERS: Final = "access-control-expose-headers"
_LISTS_OF_METHODS: Final = frozenset({"access-control-allow-methods"})
_LISTS_OF_NAMES: Final = frozenset({"access-control-allow-headers", _EXPOSE_HEADERS})


@final
class Difference(NamedTuple):
    """A header that differs.

    - `name`: as it was written in one of the answers;
    - `expected`: the application's value, None if it does not send the header;
    - `came`: the values that came, a line each; empty without the header.
    """

    name: str
    expected: str | None
    came: tuple[str, ...]

    @property
    def is_list(self) -> bool:
        """Whether the header is a list, in which a comma separates members."""
        return self.name.lower() in _LISTS_OF_METHODS | _LISTS_OF_NAMES


def protocol_headers(headers: Iterable[tuple[str, str]]) -> HeaderList:
    """Those of an answer's headers that are compared."""
    kept = (
        (name, value) for name, value in headers if _is_of_protocol(name) or name.lower() == _VARY
    )
    return tuple(kept)


def is_bare(received: HttpResponse) -> bool:
    """Whether an answer has no header of the CORS protocol."""
    return not any(_is_of_protocol(name) for name, _ in received.headers)


def differences(expected: Expected, received: HttpResponse) -> tuple[Difference, ...]:
    """The headers of the CORS protocol that differ, ``Access-Control-Allow-Origin`` first."""
    names = {ALLOW_ORIGIN.lower(): ALLOW_ORIGIN}
    for name, _ in (*expected.answer.headers, *received.headers):
        if _is_of_protocol(name):
            names.setdefault(name.lower(), name)
    if expected.exposes_all:
        # It names what the response had, which only the application has seen.
        names.pop(_EXPOSE_HEADERS, None)
    found: list[Difference] = []
    for lower, name in names.items():
        value, came = expected.answer.get(name), received.values(name)
        if not _is_same(lower, value, came):
            found.append(Difference(name, value, came))
    return tuple(found)


def is_permitted(question: Question, url: str, expected: Expected) -> bool:
    """Whether a browser lets the question pass by the application's own answer."""
    return not blocked_by(question, url, expected, expected.answer)


def lost_from_vary(expected: Expected, received: HttpResponse) -> tuple[str, ...]:
    """The members of ``Vary`` that the application sends and that did not come."""
    came = {member.lower() for member in _members(received.values(_VARY))}
    if "*" in came:
        return ()
    wanted = _members(expected.answer.values(_VARY))
    return tuple(member for member in wanted if member.lower() not in came)


def blocked_by(question: Question, url: str, expected: Expected, received: HttpResponse) -> str:
    """What a browser says that blocks the page because of this answer; empty if none does.

    Credentials are included where the application allows them.
    """
    credentials = expected.answer.get(_ALLOW_CREDENTIALS) == "true"
    requester = Requester(question.origin, url, credentials=credentials)
    try:
        if question.is_preflight:
            asked = tuple((name, "") for name in question.names)
            preflight_check(requester, question.method, asked, received)
        else:
            cors_check(requester, received)
    except CorsBlocked as blocked:
        return f"{blocked.reason.value}: expected {blocked.expected}"
    return ""


def _is_of_protocol(name: str) -> bool:
    return name.lower().startswith(_PREFIX)


def _is_same(lower: str, expected: str | None, came: tuple[str, ...]) -> bool:
    if expected is None or not came:
        return expected is None and not came
    if lower in _LISTS_OF_METHODS:
        return set(_members([expected])) == set(_members(came))
    if lower in _LISTS_OF_NAMES:
        wanted, found = _members([expected]), _members(came)
        return {name.lower() for name in wanted} == {name.lower() for name in found}
    return came == (expected,)


def _members(lines: Iterable[str]) -> list[str]:
    """The members of a list that may stand on several lines (RFC 9110, section 5.6.1)."""
    members = [member.strip(" \t") for line in lines for member in line.split(",")]
    return [member for member in members if member]
