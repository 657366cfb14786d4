"""What a browser says about where a request comes from; expectations from Fetch and Fetch Metadata."""

import pytest

from aiohttp_cors.browser.provenance import fetch_site, is_redirect_tainted
from aiohttp_cors.browser.url import PageUrl, parse_url

PAGE = "https://app.example"


def url(text: str) -> PageUrl:
    parsed = parse_url(text)
    assert parsed is not None
    return parsed


@pytest.mark.parametrize(
    "urls, tainted",
    [
        (["https://app.example/"], False),
        (["https://api.example/"], False),
        (["https://app.example/", "https://api.example/"], False),
        (["https://api.example/", "https://api.example/2"], False),
        (["https://api.example/", "https://app.example/"], True),
        (["https://api.example/", "https://other.example/"], True),
        (["https://app.example/", "https://api.example/", "https://app.example/"], True),
        (["https://api.example/", "https://api.example/2", "http://api.example/"], True),
    ],
    ids=[
        "the page's own origin",
        "another origin",
        "from the page's origin to another",
        "within another origin",
        "from another origin back to the page's",
        "from another origin to a third",
        "from the page's origin to another and back",
        "from another origin to another scheme",
    ],
)
def test_a_redirect_by_another_origin_to_a_further_one_taints(
    urls: list[str], *, tainted: bool
) -> None:
    assert is_redirect_tainted(PAGE, [url(text) for text in urls]) is tainted


@pytest.mark.parametrize(
    "origin, urls, expected",
    [
        ("http://h:1", ["http://h:1/"], "same-origin"),
        ("http://h:1", ["http://h:2/"], "same-site"),
        ("http://[::1]", ["http://[::1]:2/"], "same-site"),
        ("http://h:1", ["http://h:1/", "http://h:2/"], "same-site"),
        ("http://h:1", ["http://h:2/", "http://h:1/"], "same-site"),
        ("http://h:1", ["http://other/", "http://h:1/"], "cross-site"),
        ("http://h", ["https://h/"], "cross-site"),
        ("https://app.h.example", ["https://api.h.example/"], "same-site"),
        ("https://h.example", ["https://api.h.example/", "https://h.example/"], "same-site"),
        ("https://a.github.io", ["https://b.github.io/"], "cross-site"),
        ("http://localhost:1", ["http://127.0.0.1:1/"], "cross-site"),
        ("null", ["http://h/"], "cross-site"),
    ],
)
def test_the_site_is_that_of_the_farthest_url(origin: str, urls: list[str], expected: str) -> None:
    assert fetch_site(origin, [url(text) for text in urls]) == expected
