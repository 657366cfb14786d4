"""What a browser tells a server about where a request comes from.

Owns: ``Origin``, the ``Sec-Fetch-`` headers, and when a redirect makes the origin opaque.
Leaves to: `aiohttp_cors.browser.site` which origins are one site, to `aiohttp_cors.browser.fetch`
which requests there are.

Implements:

- Fetch, *redirect-taint*: https://fetch.spec.whatwg.org/#concept-request-tainted-origin
- Fetch, *append a request Origin header*:
  https://fetch.spec.whatwg.org/#append-a-request-origin-header
- Fetch Metadata, *set the Sec-Fetch-Site header*:
  https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site

The referrer policy is the default one, ``strict-origin-when-cross-origin``.
"""

from collections.abc import Sequence
from itertools import pairwise

from aiohttp_cors.browser.site import are_same_site
from aiohttp_cors.browser.url import OPAQUE_ORIGIN, PageUrl, are_same_origin


def request_origin(origin: str, urls: Sequence[PageUrl]) -> str:
    """The *serialized request origin* of a page of `origin`, after all `urls` of one fetch."""
    return OPAQUE_ORIGIN if is_redirect_tainted(origin, urls) else origin


def is_redirect_tainted(origin: str, urls: Sequence[PageUrl]) -> bool:
    """True when an origin other than the page's `origin` has redirected to yet another one.

    `urls` are all that one fetch has been to. From then on its ``Origin`` is opaque, because the
    server in between chose where the request goes.
    """
    return any(
        not are_same_origin(url.origin, last.origin) and not are_same_origin(origin, last.origin)
        for last, url in pairwise(urls)
    )


def origin_headers(
    origin: str, urls: Sequence[PageUrl], *, method: str, is_cors: bool, may_hide: bool
) -> list[tuple[str, str]]:
    """The ``Origin`` header, as a list of one, or none.

    - `is_cors`: the response tainting is ``cors``; then every method has it;
    - `may_hide`: the mode is not ``cors``, so that an https page tells an http server nothing.
    """
    if not is_cors and method in {"GET", "HEAD"}:
        return []
    is_downgrade = origin.startswith("https:") and urls[-1].scheme != "https"
    hidden = not is_cors and may_hide and is_downgrade
    return [("Origin", OPAQUE_ORIGIN if hidden else request_origin(origin, urls))]


def fetch_metadata(origin: str, urls: Sequence[PageUrl], mode: str) -> list[tuple[str, str]]:
    """The ``Sec-Fetch-`` headers of a script's request; none if the server is not trustworthy."""
    if not urls[-1].is_potentially_trustworthy:
        return []
    return [
        ("Sec-Fetch-Dest", "empty"),
        ("Sec-Fetch-Mode", mode),
        ("Sec-Fetch-Site", fetch_site(origin, urls)),
    ]


def fetch_site(origin: str, urls: Sequence[PageUrl]) -> str:
    """The value of ``Sec-Fetch-Site``: a page of `origin`, and all `urls` one fetch has been to."""
    if all(are_same_origin(url.origin, origin) for url in urls):
        return "same-origin"
    if all(are_same_site(url.origin, origin) for url in urls):
        return "same-site"
    return "cross-site"
