"""Which configured origin or pattern an ``Origin`` header finds.

Expectations from the contract's *Matching origins*: a fixed host before a wildcard host, a longer
suffix first, an exact port before ``:*``; byte for byte, and never the bare domain.
"""

import pytest
from typing_extensions import override

from aiohttp_cors._values.errors import Problem
from aiohttp_cors._values.origin_index import MAX_ORIGIN, OriginIndex, is_serialized
from aiohttp_cors._values.origins import Origin, OriginPattern, parse_origin


def index_of(*texts: str) -> OriginIndex[str]:
    """An index whose values are the spellings themselves."""
    index: OriginIndex[str] = OriginIndex()
    for text in texts:
        parsed = parse_origin(text)
        assert not isinstance(parsed, Problem)
        index.put(text if isinstance(parsed, Origin) else parsed, text)
    return index


MATCHES = [
    # exact origins
    ("https://a.example", "https://a.example"),
    ("https://a.example:8443", "https://a.example:8443"),
    ("http://[::1]:3000", "http://[::1]:3000"),
    # subdomains, of any depth
    ("https://*.example.com", "https://app.example.com"),
    ("https://*.example.com", "https://a.b.c.d.example.com"),
    ("https://*.example.com", "https://x_y-z.example.com"),
    ("https://*.example.com", "https://1.example.com"),
    ("https://*.example.com.", "https://app.example.com."),
    ("https://*.example.com:8443", "https://app.example.com:8443"),
    # browsers send more kinds of hosts than may be configured
    ("https://*.example.com", "https://a,b.example.com"),
    ("https://*.example.com", "https://a'b;c=(d)!$&~`{}.example.com"),
    # any port or none
    ("https://app.example.com:*", "https://app.example.com"),
    ("https://app.example.com:*", "https://app.example.com:1"),
    ("https://app.example.com:*", "https://app.example.com:65535"),
    ("http://localhost:*", "http://localhost:3000"),
    ("http://127.0.0.1:*", "http://127.0.0.1:5173"),
    ("http://[::1]:*", "http://[::1]:5173"),
    ("http://[::1]:*", "http://[::1]"),
    # both
    ("https://*.example.com:*", "https://app.example.com"),
    ("https://*.example.com:*", "https://app.example.com:8443"),
    ("https://*.example.com:*", "https://a.b.example.com:8443"),
    ("capacitor://*.app.example", "capacitor://x.app.example"),
]

MISMATCHES = [
    # never the bare domain
    ("https://*.example.com", "https://example.com"),
    ("https://*.example.com:*", "https://example.com"),
    ("https://*.example.com:*", "https://example.com:8443"),
    ("https://*.example.com", "https://.example.com"),
    ("https://*.example.com", "https://.com"),
    # another scheme, port, or trailing dot
    ("https://*.example.com", "http://app.example.com"),
    ("https://*.example.com", "wss://app.example.com"),
    ("https://*.example.com", "xhttps://app.example.com"),
    ("https://*.example.com", "https://app.example.com:8443"),
    ("https://*.example.com", "https://app.example.com:443"),
    ("https://*.example.com:8443", "https://app.example.com"),
    ("https://*.example.com:8443", "https://app.example.com:8444"),
    ("https://*.example.com:8443", "https://app.example.com:08443"),
    ("https://*.example.com", "https://app.example.com."),
    ("https://*.example.com.", "https://app.example.com"),
    ("https://app.example.com:*", "http://app.example.com:8443"),
    ("https://app.example.com:*", "https://app.example.com.:8443"),
    # what only looks like the suffix
    ("https://*.app.example", "https://evilapp.example"),
    ("https://*.app.example", "https://app.example.evil.example"),
    ("https://*.app.example", "https://x.app.example.evil.example"),
    ("https://*.app.example", "https://x.app.examples"),
    ("https://*.app.example", "https://x-app.example"),
    ("https://app.example:*", "https://x.app.example"),
    ("https://app.example:*", "https://evilapp.example:8443"),
    ("https://app.example:*", "https://app.example.evil.example:8443"),
    # a path, user, query or fragment in front of the suffix
    ("https://*.app.example", "https://evil.example/.app.example"),
    ("https://*.app.example", "https://evil.example/x.app.example"),
    ("https://*.app.example", "https://evil.example?.app.example"),
    ("https://*.app.example", "https://evil.example#.app.example"),
    ("https://*.app.example", "https://evil.example\\.app.example"),
    ("https://*.app.example", "https://evil.example:443.app.example"),
    ("https://*.app.example", "https://evil.example:443/.app.example"),
    ("https://*.app.example", "https://evil@x.app.example"),
    ("https://*.app.example", "https://x.app.example@evil.example"),
    ("https://*.app.example", "https://evil%2f.app.example"),
    ("https://*.app.example", "https://[::1].app.example"),
    ("https://*.app.example", "https://<evil>.app.example"),
    ("https://*.app.example", "https://a^b.app.example"),
    ("https://*.app.example", "https://a|b.app.example"),
    ("https://*.app.example", "https://x.app.example/"),
    ("https://*.app.example", "https://x.app.example?"),
    ("https://*.app.example", "https://x.app.example,https://evil.example"),
    ("https://*.app.example", "https://evil.example,https://x.app.example"),
    ("https://*.app.example:*", "https://evil.example:1@x.app.example:2"),
    ("https://app.example:*", "https://app.example:1@evil.example"),
    ("https://app.example:*", "https://app.example:80/evil"),
    ("https://app.example:*", "https://app.example:*"),
    ("https://app.example:*", "https://app.example:"),
    ("https://app.example:*", "https://app.example:80:80"),
    ("https://app.example:*", "https://app.example:-1"),
    ("https://app.example:*", "https://app.example:x"),
    ("https://app.example:*", "https://app.example:123456"),
    # an asterisk that was sent stands for nothing
    ("https://*.app.example:*", "https://*.app.example:*"),
    ("https://app.example:*", "https://*"),
    ("https://app.example:*", "https://*.example:8443"),
    # upper case: byte for byte
    ("https://a.example", "https://A.example"),
    ("https://a.example", "HTTPS://a.example"),
    ("https://*.app.example", "https://X.app.example"),
    ("https://*.app.example", "https://x.App.example"),
    ("https://*.app.example", "HTTPS://x.app.example"),
    ("https://app.example:*", "https://App.example:8443"),
    # empty labels
    ("https://*.app.example", "https://.app.example"),
    ("https://*.app.example", "https://..app.example"),
    ("https://*.app.example", "https://x..app.example"),
    ("https://*.app.example", "https://.x.app.example"),
    ("https://*.app.example", "https://x.app..example"),
    ("https://*.app.example.", "https://x.app.example.."),
    # no origin at all
    ("https://*.app.example", "null"),
    ("https://*.app.example", "x.app.example"),
    ("https://*.app.example", "//x.app.example"),
    ("https://*.app.example", "://x.app.example"),
    ("https://*.app.example", "https:x.app.example"),
    ("https://*.app.example", "https://"),
    ("https://*.app.example", "https://."),
    ("https://*.app.example", "."),
    ("https://*.app.example", "*"),
    ("http://[::1]:*", "http://[::1]x"),
    ("http://[::1]:*", "http://::1"),
    ("http://[::1]:*", "http://[::2]"),
]

# Patterns from the most specific to the least; each is a match for the origin.
SPECIFICITY = [
    (
        "https://a.b.example.com:8443",
        [
            "https://a.b.example.com:8443",
            "https://a.b.example.com:*",
            "https://*.b.example.com:8443",
            "https://*.b.example.com:*",
            "https://*.example.com:8443",
            "https://*.example.com:*",
        ],
    ),
    (
        "https://a.b.example.com",
        [
            "https://a.b.example.com",
            "https://a.b.example.com:*",
            "https://*.b.example.com",
            "https://*.b.example.com:*",
            "https://*.example.com",
            "https://*.example.com:*",
        ],
    ),
]


@pytest.mark.parametrize("configured, origin", MATCHES)
def test_an_origin_finds_what_is_configured_for_it(configured: str, origin: str) -> None:
    assert index_of(configured).match(origin) == configured


@pytest.mark.parametrize("configured, origin", MISMATCHES)
def test_an_origin_finds_nothing_that_was_not_meant_for_it(configured: str, origin: str) -> None:
    assert index_of(configured).match(origin) is None


@pytest.mark.parametrize("origin, configured", SPECIFICITY, ids=[row[0] for row in SPECIFICITY])
@pytest.mark.parametrize("backwards", [False, True], ids=["as written", "backwards"])
def test_the_most_specific_wins_in_whatever_order_they_are_put(
    origin: str, configured: list[str], backwards: bool
) -> None:
    for first in range(len(configured)):
        rest = configured[first:]
        index = index_of(*(reversed(rest) if backwards else rest))
        assert index.match(origin) == configured[first]


def test_an_asterisk_that_was_sent_is_a_label_and_never_finds_a_pattern_by_its_spelling() -> None:
    index = index_of("https://*.app.example:*", "https://*.app.example:8443")
    assert index.match("https://*.app.example:8443") in ("https://*.app.example:8443", None)


def test_a_pattern_is_found_without_the_exact_origins() -> None:
    index = index_of("https://app.example.com", "https://*.example.com")
    assert index.match("https://app.example.com") == "https://app.example.com"
    assert index.match_pattern("https://app.example.com") == "https://*.example.com"


def test_a_pattern_of_a_whole_suffix_does_not_hide_one_beside_it() -> None:
    index = index_of("https://*.a.example.com", "https://*.b.example.com", "https://*.example.com")
    assert index.match("https://x.a.example.com") == "https://*.a.example.com"
    assert index.match("https://x.b.example.com") == "https://*.b.example.com"
    assert index.match("https://b.example.com") == "https://*.example.com"


def test_an_index_iterates_over_what_it_holds_and_is_false_when_it_holds_nothing() -> None:
    index = index_of("https://*.example.com", "https://a.example")
    assert sorted(index) == ["https://*.example.com", "https://a.example"]
    assert index
    assert index_of("https://*.example.com")
    assert index_of("https://a.example")
    assert not index_of()


class _Counting(dict[str, str]):
    """A dict that counts how often it is asked."""

    lookups = 0

    # One signature instead of the three overloads of dict: the index calls it with one argument.
    @override
    def get(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self, key: str
    ) -> str | None:
        self.lookups += 1
        return super().get(key)


@pytest.mark.parametrize("patterns", [1, 1000])
@pytest.mark.parametrize(
    "origin",
    [
        pytest.param("https://a.b.c.d.e.f", id="unknown"),
        pytest.param(f"https://{'a.' * 150}example", id="many labels"),
        pytest.param(f"https://{'a' * 300}.example", id="long label"),
    ],
)
def test_the_lookups_depend_on_the_labels_of_the_origin_and_not_on_the_patterns(
    origin: str, patterns: int
) -> None:
    index = index_of(*(f"https://*.tenant{number}.example:*" for number in range(patterns)))
    index.patterns = counting = _Counting(index.patterns)
    assert is_serialized(origin)
    assert index.match(origin) is None
    assert counting.lookups <= 2 * (origin.count(".") + 1)


@pytest.mark.parametrize("patterns", [1, 1000])
def test_an_exact_origin_costs_no_look_at_the_patterns(patterns: int) -> None:
    names = [f"https://*.tenant{number}.example:*" for number in range(patterns)]
    index = index_of("https://a.example", *names)
    index.patterns = counting = _Counting(index.patterns)
    assert index.match("https://a.example") == "https://a.example"
    assert counting.lookups == 0


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("https://a.example", id="origin"),
        pytest.param("null", id="null"),
        pytest.param("".join(map(chr, range(0x21, 0x7F))), id="all of visible ASCII"),
        pytest.param("x" * 326, id="326 bytes"),
    ],
)
def test_visible_ascii_of_up_to_326_bytes_may_match(text: str) -> None:
    assert is_serialized(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("x" * 327, id="327 bytes"),
        pytest.param("x" * 100_000, id="very long"),
        pytest.param("https://a example", id="space"),
        pytest.param("https://a.example ", id="space after"),
        pytest.param("https://a.example\n", id="line feed after"),
        pytest.param("https://a.example\t", id="tab"),
        pytest.param("https://a\0.example", id="NUL"),
        pytest.param("https://a\x7f.example", id="DEL"),
        pytest.param("https://a\x80.example", id="first beyond ASCII"),
        pytest.param("https://é.example", id="Latin 1"),
        pytest.param("https://a。example", id="ideographic full stop"),
        pytest.param("https://a\udcff.example", id="a byte that is not UTF-8"),
    ],
)
def test_anything_else_matches_nothing(text: str) -> None:
    assert not is_serialized(text)


def test_the_limit_is_that_of_the_longest_origin_that_can_be_configured() -> None:
    assert len("s" * 64 + "://" + "h" * 253 + ":" + "65535") == MAX_ORIGIN


def test_what_was_put_is_counted_found_by_its_text_and_dropped_again() -> None:
    index: OriginIndex[int] = OriginIndex()
    pattern = parse_origin("https://*.a.example")
    assert isinstance(pattern, OriginPattern)
    index.put("https://a.example", 1)
    index.put(pattern, 2)
    assert len(index) == 2
    assert "https://a.example" in index
    assert "https://*.a.example" in index
    # Not what a pattern matches, and not what has no hash.
    assert "https://x.a.example" not in index
    assert [] not in index
    index.drop("https://b.example")
    index.drop(pattern)
    index.drop(pattern)
    assert list(index) == ["https://a.example"]
    index.drop("https://a.example")
    assert not index
