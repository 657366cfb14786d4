"""The strict grammar of origins and patterns of them, as a configuration may write them.

Owns: the two values `Origin` and `OriginPattern`, and which texts write one.
Leaves to: `aiohttp_cors._values.origins` what is refused although it is in the grammar, and to
`aiohttp_cors._values.origin_hints` what a text outside of the grammar was meant to be. What a
browser may send is wider; `aiohttp_cors._values.origin_index` matches it.

    origin  = scheme "://" host [ ":" port ]
    pattern = scheme "://" [ "*." ] host [ ":" ( port / "*" ) ]   ; one of the two "*" at least
    scheme  = lower-alpha *63( lower-alpha / digit / "+" / "-" / "." )   ; not ws, wss, ftp
    host    = name / IPv4 / "[" IPv6 "]"                          ; at most 253 bytes
    name    = label *( "." label ) [ "." ]                        ; label: 1-63 of a-z 0-9 - _
    port    = 1-65535, no leading zero, not the scheme's default

Sources:

- HTML, *ASCII serialization of an origin*: https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin
- URL, *Host parsing* and *Host serializing*: https://url.spec.whatwg.org/#host-parsing
- RFC 6454, section 6.2: https://www.rfc-editor.org/rfc/rfc6454#section-6.2
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, final

from typing_extensions import override

DEFAULT_PORTS: Final = {"ftp": 21, "http": 80, "https": 443, "ws": 80, "wss": 443}.get
"""The port that browsers leave out, by scheme: those that the URL standard calls *special*."""

NO_PAGES: Final = {"ftp": "https", "ws": "http", "wss": "https"}.get
"""Schemes that no page is loaded with, and the scheme of the page that opens such a connection."""

_SPECIAL: Final = frozenset({"ftp", "http", "https", "ws", "wss"})
_MAX_HOST: Final = 253
_MAX_PORT: Final = 65535

# Python compiles each at its first use, and keeps it: together they would be a tenth of the import.
# What most programs write needs one match: http or https and a name whose last label begins with
# a letter.
_COMMON: Final = (
    r"(https?)://((?:[a-z0-9\-_]{1,63}\.)*[a-z\-_][a-z0-9\-_]{0,62})(?::([1-9][0-9]{0,4}))?"
)
_SPLIT: Final = (
    r"([a-z][a-z0-9+.\-]{0,63})://"  # scheme
    r"(\*\.)?"  # any subdomain
    r"(\[[0-9a-f:.]+\]|[a-z0-9\-_.]+)"  # host
    r"(?::([1-9][0-9]{0,4}|\*))?"  # port
)
_LABEL: Final = r"[a-z0-9\-_]{1,63}"
_IPV4: Final = r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}"


@final
@dataclass(frozen=True, slots=True, init=False)
class Origin:
    """One origin, ``Origin("https", "app.example.com", 8443)``; its `str` is what browsers send."""

    scheme: str
    host: str
    port: int | None

    def __init__(self, scheme: str, host: str, port: int | None) -> None:
        # The only way to fill a frozen value. A generated function does the same, and takes a
        # hundredth of the import.
        fill = object.__setattr__
        fill(self, "scheme", scheme)
        fill(self, "host", host)
        fill(self, "port", port)

    @override
    def __str__(self) -> str:
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


@final
@dataclass(frozen=True, slots=True, init=False)
class OriginPattern:
    """A set of origins that differ in subdomain, port or both: ``https://*.example.com:*``.

    - `subdomains`: any one or more labels before `host`, and never `host` itself;
    - `port`: a number, None for the scheme's default, ``"*"`` for any port or none.
    """

    scheme: str
    host: str
    port: int | Literal["*"] | None
    subdomains: bool

    def __init__(
        self, scheme: str, host: str, port: int | Literal["*"] | None, subdomains: bool
    ) -> None:
        fill = object.__setattr__
        fill(self, "scheme", scheme)
        fill(self, "host", host)
        fill(self, "port", port)
        fill(self, "subdomains", subdomains)

    @override
    def __str__(self) -> str:
        star = "*." if self.subdomains else ""
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{star}{self.host}{port}"


ParsedOrigin: TypeAlias = Origin | OriginPattern


def read_origin(text: str) -> ParsedOrigin | None:
    """The origin or the pattern that `text` writes, None for a text outside of the grammar."""
    common = re.fullmatch(_COMMON, text)
    if common is not None:
        scheme, host, port_text = common.groups()
        if len(host) > _MAX_HOST:
            return None
        port = _port(port_text, scheme)
        return None if port == 0 else Origin(scheme, host, port)
    split = re.fullmatch(_SPLIT, text)
    if split is None:
        return None
    scheme, star, host, port_text = split.groups()
    address = is_address(host, scheme)
    long = len(star or "") + len(host) > _MAX_HOST
    if long or (star and address) or not is_host(host, address=address):
        return None
    if NO_PAGES(scheme) is not None:
        return None
    if port_text == "*":
        return OriginPattern(scheme, host, "*", star is not None)
    port = _port(port_text, scheme)
    if port == 0:
        return None
    return Origin(scheme, host, port) if star is None else OriginPattern(scheme, host, port, True)


def _port(text: str | None, scheme: str) -> int | None:
    """The port that digits write, None for none, 0 for one that no browser sends."""
    if text is None:
        return None
    port = int(text)
    return 0 if port > _MAX_PORT or port == DEFAULT_PORTS(scheme) else port


def is_host(host: str, *, address: bool) -> bool:
    """Whether `host`, which `is_address` or not, is written as browsers serialize it."""
    if host.startswith("["):
        return ipv6(host[1:-1]) == host[1:-1]
    if address:
        return is_ipv4(host)
    return all(re.fullmatch(_LABEL, label) for label in host.removesuffix(".").split("."))


def is_address(host: str, scheme: str) -> bool:
    """Whether a browser takes `host` for an address, or refuses it for not being one."""
    # "Ends in a number" of the URL standard, widened: a browser that sees a last label starting
    # with a digit either takes the host for IPv4 or rejects the URL. Other schemes have opaque
    # hosts: Firefox makes moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc.
    special = scheme in _SPECIAL and host.removesuffix(".").rpartition(".")[2][:1].isdigit()
    return host.startswith("[") or special


def is_ipv4(host: str) -> bool:
    """Whether `host` is a dotted quad."""
    return re.fullmatch(_IPV4, host) is not None


def ipv6(text: str) -> str | None:
    """The address as browsers serialize it, or None. They never write the embedded IPv4 form."""
    if "%" in text:
        return None  # a zone, which Python reads
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return None
    if address.ipv4_mapped is not None:  # Python 3.13 would write ::ffff:1.2.3.4
        high, low = divmod(int(address.ipv4_mapped), 0x10000)
        return f"::ffff:{high:x}:{low:x}"
    return address.compressed


def is_whole_domain(origin: ParsedOrigin) -> bool:
    """Whether a pattern is about all names below a top-level domain; ``localhost`` is none."""
    name = origin.host.removesuffix(".")
    stars = isinstance(origin, OriginPattern) and origin.subdomains
    return stars and "." not in name and name != "localhost"
