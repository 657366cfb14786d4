"""How the headers of a request are read: alike on every release of aiohttp.

aiohttp 3 keeps the lines of a name apart: `get` gives the first one. aiohttp 4 joins them, and its
`getall` takes no default, splits the value at commas, and unquotes. The same rows are read from a
request of the installed release and from a stand-in for one of aiohttp 4.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias, cast, final
from unittest.mock import Mock

import pytest
from aiohttp import hdrs, web
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict
from typing_extensions import override

from aiohttp_cors._server.aiohttp_release import RELEASE, as_middleware
from aiohttp_cors._server.headers import (
    asked_of,
    facts_of,
    first_line,
    has_header,
    is_preflight,
    lines_of_names,
)

Lines: TypeAlias = Sequence[tuple[str, str]]

A: Final = "https://a.example"
B: Final = "https://b.example"
ORIGIN: Final = hdrs.ORIGIN
METHOD: Final = hdrs.ACCESS_CONTROL_REQUEST_METHOD
NAMES: Final = hdrs.ACCESS_CONTROL_REQUEST_HEADERS


@final
class Joined(Mapping[str, str]):
    """What `request.headers` is in aiohttp 4."""

    def __init__(self, lines: Lines) -> None:
        self._lines = CIMultiDict(lines)

    @override
    def __getitem__(self, key: str) -> str:
        return ", ".join(self._lines.getall(key))

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(self._lines))

    @override
    def __len__(self) -> int:
        return len(set(self._lines))

    def getall(self, key: str) -> tuple[str, ...]:
        """The elements of a list, without their quotes."""
        elements = re.split(r"\s*,\s*", self.get(key, ""))
        return tuple(element.strip('"') for element in elements if element)


@final
class RequestOf4:
    """As much of a request of aiohttp 4 as is read."""

    def __init__(self, lines: Lines, method: str = "OPTIONS") -> None:
        self.method = method
        self.headers = Joined(lines)
        self.raw_headers = raw(lines)

    def get_extra_info(self, name: str) -> None:
        """There is no TLS here."""


def raw(lines: Lines) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in lines)


def installed(lines: Lines) -> web.Request:
    transport = Mock()
    transport.get_extra_info.return_value = None
    request = make_mocked_request("OPTIONS", "/", transport=transport)
    return request.clone(headers=CIMultiDict(lines))


def of_4(lines: Lines) -> web.Request:
    return cast("web.Request", RequestOf4(lines))


each_release: Final = pytest.mark.parametrize("make", [installed, of_4])
Make: TypeAlias = Callable[[Lines], web.Request]

FIRST_LINES: Final[Mapping[str, tuple[Lines, str | None]]] = {
    "none": ([("Host", "a.example")], None),
    "an empty one": ([("Origin", "")], ""),
    "one": ([("Origin", A)], A),
    "one in another case": ([("oRIGIN", A)], A),
    "one with a comma": ([("Origin", f"{A},{B}")], f"{A},{B}"),
    "one with a comma and a space": ([("Origin", f"{A}, {B}")], f"{A}, {B}"),
    "one with quotes": ([("Origin", f'"{A}", x')], f'"{A}", x'),
    "two": ([("Origin", A), ("Origin", B)], A),
    "two, the first of them empty": ([("Origin", ""), ("Origin", B)], ""),
    "two with another between": ([("Origin", A), ("X-Origin", "x"), ("ORIGIN", B)], A),
    "two, the first beyond ASCII": (
        [("Origin", "https://ü.example"), ("Origin", B)],
        "https://ü.example",
    ),
}


@each_release
@pytest.mark.parametrize("lines, value", FIRST_LINES.values(), ids=FIRST_LINES)
def test_of_several_lines_the_first_one_counts(make: Make, lines: Lines, value: str | None) -> None:
    request = make(lines)
    assert first_line(request, ORIGIN) == value
    assert has_header(request, ORIGIN) is (value is not None)


NAME_LINES: Final[Mapping[str, tuple[Lines, list[str]]]] = {
    "none": ([], []),
    "an empty one": ([(NAMES, "")], [""]),
    "one": ([(NAMES, "x-a,x-b")], ["x-a,x-b"]),
    "one with spaces": ([(NAMES, "x-a, x-b")], ["x-a, x-b"]),
    "one of commas": ([(NAMES, ",,,")], [",,,"]),
    "a name in quotes stays in quotes": ([(NAMES, '"x-a"')], ['"x-a"']),
    "two": ([(NAMES, "x-a"), (NAMES.lower(), "x-b")], ["x-a", "x-b"]),
}


@each_release
@pytest.mark.parametrize("lines, expected", NAME_LINES.values(), ids=NAME_LINES)
def test_the_lines_of_requested_names_are_read_as_they_came(
    make: Make, lines: Lines, expected: list[str]
) -> None:
    assert list(lines_of_names(make(lines))) == expected


PREFLIGHTS: Final[Mapping[str, tuple[Lines, tuple[str, str, list[str]] | None]]] = {
    "neither header": ([], None),
    "no method": ([(ORIGIN, A)], None),
    "no origin": ([(METHOD, "PUT")], None),
    "both": ([(ORIGIN, A), (METHOD, "PUT")], (A, "PUT", [])),
    "both empty": ([(ORIGIN, ""), (METHOD, "")], ("", "", [])),
    "each twice": (
        [(ORIGIN, A), (ORIGIN, B), (METHOD, "PUT"), (METHOD, "GET"), (NAMES, "a"), (NAMES, "b")],
        (A, "PUT", ["a", "b"]),
    ),
}


@each_release
@pytest.mark.parametrize("lines, expected", PREFLIGHTS.values(), ids=PREFLIGHTS)
def test_a_preflight_has_both_headers(
    make: Make, lines: Lines, expected: tuple[str, str, list[str]] | None
) -> None:
    request = make(lines)
    assert is_preflight(request) is (expected is not None)
    if expected is not None:
        asked = asked_of(request)
        assert (asked.origin, asked.method, [*asked.header_lines]) == expected


@each_release
def test_enforcement_sees_each_line_by_itself(make: Make) -> None:
    facts = facts_of(
        make([("Origin", A), ("Origin", B), ("Sec-Fetch-Site", "none, x"), ("Host", "a.example")])
    )
    assert (facts.origins, facts.sites, facts.host) == ([A, B], ["none, x"], "a.example")


def test_a_middleware_is_marked_only_where_aiohttp_asks_for_it() -> None:
    def middleware() -> None: ...

    assert as_middleware(middleware, (4, 0)) is middleware
    assert vars(middleware) == {}
    assert as_middleware(middleware) is middleware
    assert bool(vars(middleware)) is (RELEASE < (4, 0))
