"""The URLs a page fetches, as far as the CORS protocol looks at them.

Knows http and https URLs: their origin, whether they carry a password, whether their host is this
machine. Every other scheme only has a name. Knows no percent-encoding in hosts, no IDNA and no
IPv4 shorthand: a test's URLs name a host that the test has started.

Implements:

- URL, *basic URL parser*, reduced to the above: https://url.spec.whatwg.org/#concept-basic-url-parser
- HTML, *same origin*: https://html.spec.whatwg.org/#same-origin
- Fetch, *redirect-taint*: https://fetch.spec.whatwg.org/#concept-request-tainted-origin
- Fetch Metadata, *set the Sec-Fetch-Site header*:
  https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site
- Secure Contexts, *potentially trustworthy*:
  https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, final
from urllib.parse import quote, urljoin, urlsplit

OPAQUE_ORIGIN: Final = "null"
"""How every opaque origin is serialized: a sandboxed frame's, a ``data:`` URL's, a tainted one's."""

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_C0_CONTROL_OR_SPACE: Final = "".join(map(chr, range(0x21)))
_TAB_OR_NEWLINE: Final = re.compile(r"[\t\n\r]")
_BEFORE_QUERY: Final = re.compile(r"[^?#]*")
# Left as they are by every percent-encode set that http URLs use, or encoded already.
_KEPT: Final = "!#$%&'()*+,-./:;=?@[]_|~"
_PORT: Final = re.compile(r":[0-9]+$")
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
    def is_http(self) -> bool:
        """True for the *HTTP(S) schemes*, the only ones a CORS request can go to."""
        return self.scheme in _DEFAULT_PORTS

    @property
    def is_potentially_trustworthy(self) -> bool:
        """True for https and for this machine, whatever the scheme."""
        return self.scheme == "https" or is_loopback(self.host)


def parse_url(text: str, base: PageUrl | None = None) -> PageUrl | None:
    """The URL that `text` means on its own or, as in ``Location``, seen from `base`; None: failure.

    A `text` without a fragment inherits that of `base`, as Fetch's *location URL* wants.
    """
    text = _TAB_OR_NEWLINE.sub("", text.strip(_C0_CONTROL_OR_SPACE))
    # To a browser `\` is another `/`: `/\other.example` is another host, not a path.
    text = _BEFORE_QUERY.sub(lambda path: path[0].replace("\\", "/"), text, count=1)
    try:
        text = quote(text, safe=_KEPT, errors="surrogateescape")
        parts = urlsplit(text if base is None else urljoin(base.href, text))
        port = parts.port
    except ValueError:
        return None
    if not parts.scheme:
        return None
    if parts.scheme not in _DEFAULT_PORTS:
        other = parts.geturl()
        return PageUrl(other, other, parts.scheme, "", OPAQUE_ORIGIN, includes_credentials=False)
    host = _serialized_host(parts.hostname)
    if host is None:
        return None
    authority = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    user, at, _ = parts.netloc.rpartition("@")
    inherited = "" if base is None else urlsplit(base.href).fragment
    target = parts._replace(netloc=authority, path=parts.path or "/", fragment="")
    href = target._replace(netloc=f"{user}{at}{authority}", fragment=parts.fragment or inherited)
    return PageUrl(
        href.geturl(),
        target.geturl(),
        parts.scheme,
        host,
        f"{parts.scheme}://{authority}",
        includes_credentials=user.strip(":") != "",
    )


def are_same_origin(one: str, other: str) -> bool:
    """True when two serialized origins are *same origin*; an opaque one never is with any."""
    return one == other != OPAQUE_ORIGIN


def is_redirect_tainted(origin: str, urls: Sequence[PageUrl]) -> bool:
    """True when an origin other than the page's `origin` has redirected to yet another one.

    `urls` are all that one fetch has been to. From then on its ``Origin`` is opaque, because the
    server in between chose where the request goes. Source:
    https://fetch.spec.whatwg.org/#concept-request-tainted-origin
    """
    return any(
        not are_same_origin(url.origin, last.origin) and not are_same_origin(origin, last.origin)
        for last, url in pairwise(urls)
    )


def fetch_site(origin: str, urls: Sequence[PageUrl]) -> str:
    """The value of ``Sec-Fetch-Site`` for a page of `origin` and all `urls` one fetch has been to.

    Only a different port is ``same-site`` here: that ``app.example.com`` and ``api.example.com``
    are one site, too, takes a list of public suffixes. Source:
    https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site
    """
    if all(are_same_origin(url.origin, origin) for url in urls):
        return "same-origin"
    site = _PORT.sub("", origin)
    if all(are_same_origin(_PORT.sub("", url.origin), site) for url in urls):
        return "same-site"
    return "cross-site"


def _serialized_host(host: str | None) -> str | None:
    if host is None or ":" not in host:
        return host
    try:
        return f"[{ipaddress.IPv6Address(host).compressed}]"
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """True for a host that is this machine: 127.0.0.0/8, ``::1``, ``localhost`` and below it."""
    if _LOOPBACK_NAME.fullmatch(host):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
