"""Classes of origins, and the one origin that stands for each."""

from typing import Final

import pytest

from aiohttp_cors._tools.locking.origin_sets import Classes, Members, Named, OriginSet
from aiohttp_cors._values.origin_grammar import read_origin
from aiohttp_cors._values.origins import OriginPattern

# The names, and an origin of each class, the most specific first.
CLASSES: Final[dict[str, tuple[list[str], list[str]]]] = {
    "none": ([], ["https://elsewhere.example"]),
    "exact": (
        ["https://b.example", "null", "https://a.example"],
        ["https://a.example", "https://b.example", "null", "https://elsewhere.example"],
    ),
    "elsewhere is taken": (
        ["https://elsewhere.example"],
        ["https://elsewhere.example", "https://elsewhere1.example"],
    ),
    "a label is taken": (
        ["https://*.a.example", "https://x.a.example"],
        ["https://x.a.example", "https://x1.a.example", "https://elsewhere.example"],
    ),
    "a port is taken": (
        ["http://localhost:*", "http://localhost", "http://localhost:8443"],
        [
            "http://localhost",
            "http://localhost:8443",
            "http://localhost:8444",
            "https://elsewhere.example",
        ],
    ),
    "a longer suffix with another port": (
        ["https://*.example.com:8443", "https://*.a.example.com:*"],
        [
            "https://x.a.example.com:8443",
            "https://x.a.example.com",
            "https://x.example.com:8443",
            "https://elsewhere.example",
        ],
    ),
    "a longer suffix with the same port": (
        ["https://*.example.com:8443", "https://*.a.example.com:8443"],
        [
            "https://x.a.example.com:8443",
            "https://x.example.com:8443",
            "https://elsewhere.example",
        ],
    ),
    "a host of any port below a suffix without": (
        ["https://*.example.com", "https://a.example.com:*"],
        [
            "https://a.example.com",
            "https://a.example.com:8443",
            "https://x.example.com",
            "https://elsewhere.example",
        ],
    ),
    # "*.a.example" does not match "a.example".
    "a host of any port beside its subdomains": (
        ["https://*.a.example:8443", "https://a.example:*"],
        ["https://a.example", "https://x.a.example:8443", "https://elsewhere.example"],
    ),
    "an address": (
        ["http://[::1]:*", "http://127.0.0.1:*"],
        ["http://127.0.0.1", "http://[::1]", "https://elsewhere.example"],
    ),
}


def named(text: str) -> Named:
    parsed = read_origin(text)
    return parsed if isinstance(parsed, OriginPattern) else text


@pytest.mark.parametrize("names, origins", CLASSES.values(), ids=list(CLASSES))
def test_one_origin_stands_for_each_class(names: list[str], origins: list[str]) -> None:
    assert Classes(map(named, names)).origins() == origins


# Names with "!" are outside; what is left of them.
SETS: Final[dict[str, tuple[list[str], bool, list[str], list[str]]]] = {
    "all": (
        ["https://a.example", "https://b.example"],
        False,
        ["https://a.example", "https://b.example"],
        [],
    ),
    "what a pattern contains": (
        ["https://*.example.com", "https://x.example.com"],
        False,
        ["https://*.example.com"],
        [],
    ),
    "an exception": (
        ["https://*.example.com", "!https://x.example.com"],
        False,
        ["https://*.example.com"],
        ["https://x.example.com"],
    ),
    "an exception of nothing": (["!https://x.example.com"], False, [], []),
    "what any origin contains": (
        ["https://a.example", "!https://b.example"],
        True,
        [],
        ["https://b.example"],
    ),
    "an intersection that both contain": (
        ["https://*.b.example:8443", "https://*.a.b.example:*", "https://*.a.b.example:8443"],
        False,
        ["https://*.b.example:8443", "https://*.a.b.example:*"],
        [],
    ),
    "an intersection that is left out": (
        ["https://*.b.example:8443", "https://*.a.b.example:*", "!https://*.a.b.example:8443"],
        False,
        ["https://*.b.example:8443", "https://*.a.b.example:*"],
        ["https://*.a.b.example:8443"],
    ),
}


@pytest.mark.parametrize("names, rest, inside, outside", SETS.values(), ids=list(SETS))
def test_a_set_has_no_name_that_changes_nothing(
    names: list[str], rest: bool, inside: list[str], outside: list[str]
) -> None:
    classes = Classes(named(name.removeprefix("!")) for name in names)
    members = frozenset(named(name) for name in names if not name.startswith("!"))
    expected = OriginSet(frozenset(map(named, inside)), frozenset(map(named, outside)), (), rest)
    assert classes.set_of(members, [], rest=rest) == expected


def test_what_is_asked_last_and_changes_nothing_is_left_out() -> None:
    asked = [("where:a", False), ("where:b", True), ("where:c", False)]
    assert Classes([]).set_of(frozenset(), asked, rest=False).asked == tuple(asked[:2])
    assert Classes([]).set_of(frozenset(), asked[2:], rest=False) == OriginSet()


def test_the_first_that_accepts_an_origin_decides_where_no_name_does() -> None:
    origins = OriginSet(
        frozenset({"https://a.example"}),
        frozenset({"https://b.example"}),
        (("where:no", False), ("where:yes", True)),
        rest=False,
    )
    members = Members(origins)
    yes, both = frozenset({"where:yes"}), frozenset({"where:yes", "where:no"})
    assert members.holds("https://a.example")
    assert not members.holds("https://b.example", yes)
    assert members.holds("https://c.example", yes)
    assert not members.holds("https://c.example", both)
    assert not members.holds("https://c.example")


def test_nobody_is_asked_about_an_opaque_origin() -> None:
    asked = [("where:yes", True)]
    everybody = frozenset({"where:yes"})
    assert not Members(OriginSet(asked=tuple(asked))).holds("null", everybody)
    # So a set that says so of "null" says what is true of every other origin.
    classes = Classes(["null"])
    assert classes.set_of(frozenset(), asked, rest=False).outside == frozenset()
    assert classes.set_of(frozenset({"null"}), asked, rest=False).inside == {"null"}
