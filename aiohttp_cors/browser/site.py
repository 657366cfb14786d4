"""Which hosts are one site: what ``SameSite`` and ``Sec-Fetch-Site`` ask about.

Owns: the site of an origin, and when two origins are same site.
Leaves to: publicsuffixlist, the list that browsers ship too, which domains anyone can register.

Implements:

- HTML, *sites*: https://html.spec.whatwg.org/#sites
- URL, *registrable domain*: https://url.spec.whatwg.org/#host-registrable-domain
- The list: https://publicsuffix.org/list/

``localhost`` is no registrable domain, so ``app.localhost`` and ``localhost`` are two sites, and so
are ``localhost`` and ``127.0.0.1``. A port does not matter, a scheme does.
"""

from collections.abc import Callable
from functools import cache

from aiohttp_cors.browser.extra import extra_needed
from aiohttp_cors.browser.url import OPAQUE_ORIGIN, is_ip_address


def site_of(origin: str) -> str | None:
    """The site of a serialized origin, itself serialized; None for an opaque origin: it is alone.

    >>> site_of("https://app.example.co.uk:8443")
    'https://example.co.uk'
    """
    if origin == OPAQUE_ORIGIN:
        return None
    scheme, host = _scheme_and_host(origin)
    return f"{scheme}://{registrable_domain(host) or host}"


def are_same_site(one: str, other: str) -> bool:
    """True when two serialized origins are *same site*; an opaque one never is with any."""
    if OPAQUE_ORIGIN in {one, other}:
        return False
    # The usual case in a test, and one that needs no list.
    if _scheme_and_host(one) == _scheme_and_host(other):
        return True
    return site_of(one) == site_of(other)


def registrable_domain(host: str) -> str | None:
    """The part of `host` that somebody has registered; None for a public suffix or an IP address.

    `host` is as the URL standard writes it. `ImportError` without ``aiohttp-cors[testing]``.

    >>> registrable_domain("app.example.com"), registrable_domain("com")
    ('example.com', None)
    """
    if is_ip_address(host):
        return None  # the list takes the last two numbers for a domain
    domain = _private_suffix()(host)
    # The list overlooks a dot at the end, which makes another host.
    return f"{domain}." if domain is not None and host.endswith(".") else domain


@cache
def _private_suffix() -> Callable[[str], str | None]:
    with extra_needed():
        from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 -- see extra_needed
    return PublicSuffixList().privatesuffix


def _scheme_and_host(origin: str) -> tuple[str, str]:
    scheme, _, authority = origin.partition("://")
    host, colon, port = authority.rpartition(":")
    return scheme, host if colon and port.isdecimal() else authority
