"""The URLs a page fetches, as the URL standard has them.

Owns: what the rest of the model looks at in a URL: its origin, its host, whether it has a password,
and what of it a request goes to.
Leaves to: ada-url, which browsers' own engineers write, the parsing: hosts, dots, slashes, percent
signs. To `aiohttp_cors.browser.site` which hosts are one site.

Implements:

- URL, *basic URL parser* and *URL serializer*: https://url.spec.whatwg.org/#concept-basic-url-parser
- Fetch, *location URL*, the fragment: https://fetch.spec.whatwg.org/#concept-response-location-url
- Infra, *convert* to a scalar value string: https://infra.spec.whatwg.org/#javascript-string-convert
- HTML, *same origin*: https://html.spec.whatwg.org/#same-origin
- Secure Contexts, *potentially trustworthy*:
  https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final, final

from aiohttp_cors.browser.extra import extra_needed

OPAQUE_ORIGIN: Final = "null"
"""How every opaque origin is serialized: a sandboxed frame's, a ``data:`` URL's, a tainted one's."""

_HTTP_SCHEMES: Final = frozenset({"http", "https"})
_LOOPBACK_NAME: Final = re.compile(r"(?:.+\.)?localhost\.?")


@final
@dataclass(frozen=True, slots=True)
class PageUrl:
    """An absolute URL: ``parse_url("http://127.0.0.1:8080/users?page=2")``.

    - `href`: serialized, all of it;
    - `target`: what a request goes to, `href` without user, password and fragment;
    - `scheme`, `host`: lower case, IPv6 in brackets; `host` is empty for other schemes than http(s);
    - `origin`: serialized, `OPAQUE_ORIGIN` for other schemes than http(s);
    - `includes_credentials`: it has a user name or a password.
    """

    href: str
    target: str
    scheme: str
    host: str
    origin: str
    includes_credentials: bool

    @property
    def without_fragment(self) -> str:
        """What ``response.url`` shows."""
        return self.href.partition("#")[0]

    @property
    def path(self) -> str:
        """The path of an http or https URL, without query: ``/users``."""
        _, _, path = self.target.partition("://")[2].partition("/")
        return "/" + path.partition("?")[0]

    @property
    def is_http(self) -> bool:
        """True for the *HTTP(S) schemes*, the only ones a CORS request can go to."""
        return self.scheme in _HTTP_SCHEMES

    @property
    def is_potentially_trustworthy(self) -> bool:
        """True for https and for this machine, whatever the scheme."""
        return self.scheme == "https" or is_loopback(self.host)


def parse_url(text: str, base: PageUrl | None = None) -> PageUrl | None:
    """The URL that `text` means on its own or seen from `base`; None: failure.

    A `text` without a fragment inherits that of `base`, as Fetch's *location URL* wants.
    `ImportError` without the extra ``aiohttp-cors[testing]``.
    """
    with extra_needed():
        from ada_url import URL  # noqa: PLC0415 -- see extra_needed
    try:
        url = URL(scalar_values(text), None if base is None else base.href)
    except ValueError:
        return None
    href, scheme = url.href, url.protocol[:-1]
    includes_credentials = url.username != "" or url.password != ""
    if base is not None and "#" not in href:
        href += "".join(base.href.partition("#")[1:])
    if scheme not in _HTTP_SCHEMES:
        # No request can go there, so that nobody asks for its host or its origin.
        return PageUrl(href, href, scheme, "", OPAQUE_ORIGIN, includes_credentials)
    host, origin = url.hostname, url.origin
    url.username = url.password = url.hash = ""
    return PageUrl(href, url.href, scheme, host, origin, includes_credentials)


def scalar_values(text: str) -> str:
    r"""The text that a script's string is to the web: a lone surrogate becomes U+FFFD.

    >>> scalar_values("a\ud800b")
    'a\ufffdb'
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def are_same_origin(one: str, other: str) -> bool:
    """True when two serialized origins are *same origin*; an opaque one never is with any."""
    return one == other != OPAQUE_ORIGIN


def is_ip_address(host: str) -> bool:
    """True for an IPv4 and, in brackets, an IPv6 address, as the URL standard writes them."""
    return _ip_address(host) is not None


def is_loopback(host: str) -> bool:
    """True for a host that is this machine: 127.0.0.0/8, ``::1``, ``localhost`` and below it."""
    address = _ip_address(host)
    return _LOOPBACK_NAME.fullmatch(host) is not None if address is None else address.is_loopback


def _ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        if host.startswith("["):
            return ipaddress.IPv6Address(host[1:-1])
        return ipaddress.IPv4Address(host)
    except ValueError:
        return None
