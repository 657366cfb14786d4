"""Serialized origins and patterns of them, as a configuration may write them.

Knows the strict grammar for *configuring*; what a browser may send is wider, and matching it
(`aiohttp_cors._protocol.compiled_policy`) is lenient. Knows nothing of policies or requests.

    origin  = scheme "://" host [ ":" port ]
    pattern = scheme "://" [ "*." ] host [ ":" ( port / "*" ) ]   ; one of the two "*" at least
    scheme  = lower-alpha *63( lower-alpha / digit / "+" / "-" / "." )
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
from unicodedata import normalize

from typing_extensions import override

from aiohttp_cors._values.errors import Problem
from aiohttp_cors._values.hints import spelled

EXAMPLE: Final = "https://app.example.com"
"""The hint where no spelling is near to what was given."""

_DEFAULT_PORTS: Final = {"ftp": 21, "http": 80, "https": 443, "ws": 80, "wss": 443}
_MAX_HOST: Final = 253
_MAX_PORT: Final = 65535

_SPLIT: Final = re.compile(
    r"([a-z][a-z0-9+.\-]{0,63})://"  # scheme
    r"(\*\.)?"  # any subdomain
    r"(\[[0-9a-f:.]+\]|[a-z0-9\-_.]+)"  # host
    r"(?::([1-9][0-9]{0,4}|\*))?"  # port
)
_LABEL: Final = re.compile(r"[a-z0-9\-_]{1,63}")
_IPV4: Final = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}")


@final
@dataclass(frozen=True, slots=True)
class Origin:
    """One origin, ``Origin("https", "app.example.com", 8443)``; its `str` is what browsers send."""

    scheme: str
    host: str
    port: int | None

    @override
    def __str__(self) -> str:
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


@final
@dataclass(frozen=True, slots=True)
class OriginPattern:
    """A set of origins that differ in subdomain, port or both: ``https://*.example.com:*``.

    - `subdomains`: any one or more labels before `host`, and never `host` itself;
    - `port`: a number, None for the scheme's default, ``"*"`` for any port or none.
    """

    scheme: str
    host: str
    port: int | Literal["*"] | None
    subdomains: bool

    @override
    def __str__(self) -> str:
        star = "*." if self.subdomains else ""
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{star}{self.host}{port}"


ParsedOrigin: TypeAlias = Origin | OriginPattern


def parse_origin(text: object, *, field: str = "origin") -> ParsedOrigin | Problem:
    """The origin or pattern that `text` writes, or the problem with it.

    The problem's `field` is the one given; its hint is a legal origin or pattern, or those that
    `text` lists. ``null`` and ``file`` are *prohibited* because any site can produce an opaque
    origin (a sandboxed frame is enough), a pattern over a whole top-level domain because anybody
    can register a name there.
    """
    if not isinstance(text, str):
        return Problem(field, repr(text), "invalid", EXAMPLE)
    if text == "null" or text.startswith("file:"):
        return Problem(field, text, "prohibited", EXAMPLE)
    parsed = _parse(text)
    if parsed is None:
        return Problem(field, text, "invalid", _meant(text))
    if isinstance(parsed, OriginPattern) and parsed.subdomains and _is_single_label(parsed.host):
        return Problem(field, text, "prohibited", f"{parsed.scheme}://*.example.{parsed.host}")
    return parsed


def is_potentially_trustworthy(origin: ParsedOrigin) -> bool:
    """False for ``http`` to another machine: whoever is on the path can speak for such an origin.

    Loopback is ``localhost``, ``*.localhost``, 127/8 and ``[::1]``.
    Source: https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
    """
    if origin.scheme != "http":
        return True
    host = origin.host.removesuffix(".")
    if host == "localhost" or host.endswith(".localhost") or host == "[::1]":
        return True
    return host.startswith("127.") and _IPV4.fullmatch(host) is not None


def secure_hint(origin: ParsedOrigin) -> str:
    """The same origin over ``https``: the hint where ``http`` is refused.

    Precondition: not `is_potentially_trustworthy(origin)`.
    """
    return _nearest(str(origin).replace("http:", "https:", 1))


def _parse(text: str) -> ParsedOrigin | None:
    split = _SPLIT.fullmatch(text)
    if split is None:
        return None
    scheme, star, host, port_text = split.groups()
    address = _is_address(host, scheme)
    long = len(star or "") + len(host) > _MAX_HOST
    if long or (star and address) or not _is_host(host, address=address):
        return None
    if port_text == "*":
        return OriginPattern(scheme, host, "*", star is not None)
    port = None if port_text is None else int(port_text)
    if port is not None and (port > _MAX_PORT or port == _DEFAULT_PORTS.get(scheme)):
        return None
    return Origin(scheme, host, port) if star is None else OriginPattern(scheme, host, port, True)


def _is_host(host: str, *, address: bool) -> bool:
    if host.startswith("["):
        return _ipv6(host[1:-1]) == host[1:-1]
    if address:
        return _IPV4.fullmatch(host) is not None
    return all(_LABEL.fullmatch(label) for label in host.removesuffix(".").split("."))


def _is_address(host: str, scheme: str) -> bool:
    # "Ends in a number" of the URL standard, widened: a browser that sees a last label starting
    # with a digit either takes the host for IPv4 or rejects the URL. Other schemes have opaque
    # hosts: Firefox makes moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc.
    special = scheme in _DEFAULT_PORTS and host.removesuffix(".").rpartition(".")[2][:1].isdigit()
    return host.startswith("[") or special


def _is_single_label(host: str) -> bool:
    name = host.removesuffix(".")
    return "." not in name and name != "localhost"


def _ipv6(text: str) -> str | None:
    """The address as browsers serialize it, or None. They never write the embedded IPv4 form."""
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return None
    if address.ipv4_mapped is not None:  # Python 3.13 would write ::ffff:1.2.3.4
        high, low = divmod(int(address.ipv4_mapped), 0x10000)
        return f"::ffff:{high:x}:{low:x}"
    return address.compressed


def _meant(text: str) -> str:
    """The hint for what is outside the grammar: the origins that it lists, or one near to it."""
    listed = [part for part in re.split(r"[\s,;]+", text) if part]
    # What lists nothing but itself is known to be none.
    if listed in ([], [text]) or any(isinstance(parse_origin(part), Problem) for part in listed):
        return _nearest(text)
    return spelled(listed)


def _nearest(text: str) -> str:
    """A legal spelling near to a refused one, for the hint."""
    scheme, separator, rest = text.strip().lower().rpartition("://")
    authority = re.split(r"[/?#\\]", rest)[0].rpartition("@")[2]
    host, port = _split_port(authority)
    if not host.isascii():
        host = _punycode(host)
    if host.startswith("*") and not host.startswith("*."):
        host = f"*.{host[1:]}"
    if host.startswith("["):
        host = f"[{_ipv6(host.strip('[]'))}]"
    scheme = scheme if separator else "https"
    if port.isdecimal():
        port = port.lstrip("0")
    if port == str(_DEFAULT_PORTS.get(scheme)):
        port = ""
    candidate = f"{scheme}://{host}:{port}" if port else f"{scheme}://{host}"
    parsed = _parse(candidate)
    if parsed is None or isinstance(parse_origin(candidate), Problem):
        return EXAMPLE
    return candidate


def _split_port(authority: str) -> tuple[str, str]:
    if authority.startswith("["):
        address, _, rest = authority.partition("]")
        return f"{address}]", rest.removeprefix(":")
    host, _, port = authority.partition(":")
    return host, port


def _punycode(host: str) -> str:
    # Browsers map further letters than these two steps do; the hint is parsed before it is given.
    labels = normalize("NFKC", host.lower()).replace("\u3002", ".").split(".")
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels
    )
