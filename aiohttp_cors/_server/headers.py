"""Reads the headers of a request, and writes a verdict into those of a response.

Owns: how aiohttp's header mappings are read, and what is taken out of them; the facts of a request
for enforcement.
Leaves to: `aiohttp_cors._protocol.header_values` how values are merged.

No other module reads the headers of a request. They are read so that aiohttp 3 and 4 tell the same:
aiohttp 3 gives the first line of a name, aiohttp 4 joins all lines, and takes values apart where all
are asked for. So where a name may have several lines, the raw lines are read.

Sources:

- Fetch, *HTTP responses* of the CORS protocol: https://fetch.spec.whatwg.org/#http-responses
- Fetch, *CORS protocol and HTTP caches*: https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
"""

from collections.abc import Mapping, Sequence
from typing import Final

from aiohttp import hdrs, web
from multidict import CIMultiDict, CIMultiDictProxy

from aiohttp_cors._protocol.enforcement import AUTHORIZATION, CERTIFICATE, COOKIE, Facts
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.header_values import exposed
from aiohttp_cors._protocol.verdicts import Asked

_PREFIX: Final = "access-control-"
_NOTHING: Final[Sequence[str]] = ()
# Mappings that keep lines apart: aiohttp 3's, and the one that tests give to a request of their own.
_BY_LINE: Final = (CIMultiDictProxy, CIMultiDict)
# What is read of a request for enforcement, as raw lines have it.
_READ: Final = {
    name.encode(): name
    for name in (
        "authorization",
        "cookie",
        "host",
        "origin",
        "sec-fetch-dest",
        "sec-fetch-mode",
        "sec-fetch-site",
        "upgrade",
    )
}
# The names of response headers that were seen to be none of the protocol's. Applications send
# the same few; one that echoes what clients send cannot make this grow.
_harmless: Final[set[str]] = set()
_MAX_HARMLESS: Final = 1024
is_harmless: Final = _harmless.issuperset
"""Whether all names of a response's headers were seen before and are none of the protocol's."""


def first_line(request: web.Request, name: str) -> str | None:
    """The value of a header, of its first line if it has several; None without one.

    Cost: one lookup.
    """
    value = request.headers.get(name)
    if value is None or "," not in value:
        return value
    # Several lines that aiohttp 4 has joined, or one line that has a comma of its own.
    return _lines(request, request.headers, name)[0]


def has_header(request: web.Request, name: str) -> bool:
    """Whether a request has a header, be it empty."""
    return name in request.headers


def is_preflight(request: web.Request) -> bool:
    """Whether an ``OPTIONS`` request is a CORS-preflight request: it has both headers."""
    headers = request.headers
    return hdrs.ORIGIN in headers and hdrs.ACCESS_CONTROL_REQUEST_METHOD in headers


def asked_of(request: web.Request) -> Asked:
    """What a preflight asks for. Precondition: `is_preflight(request)`."""
    return Asked(
        first_line(request, hdrs.ORIGIN) or "",
        first_line(request, hdrs.ACCESS_CONTROL_REQUEST_METHOD) or "",
        lines_of_names(request),
    )


def lines_of_names(request: web.Request) -> Sequence[str]:
    """The lines with the header names that a preflight asks for."""
    return _lines(request, request.headers, hdrs.ACCESS_CONTROL_REQUEST_HEADERS)


def facts_of(request: web.Request) -> Facts:
    """What enforcement asks about a request, each header line by itself."""
    lines: dict[str, list[str]] = {}
    for raw_name, raw_value in request.raw_headers:
        name = _READ.get(raw_name.lower())
        if name is not None:
            lines.setdefault(name, []).append(_value(raw_value))
    read = lines.get
    host = read("host", _NOTHING)
    credentials = [name for name in (COOKIE, AUTHORIZATION) if name.lower() in lines]
    # A certificate that was not asked for, or not checked, is None or empty.
    if request.get_extra_info("peercert"):
        credentials.append(CERTIFICATE)
    return Facts(
        method=request.method,
        origins=read("origin", _NOTHING),
        sites=read("sec-fetch-site", _NOTHING),
        host=host[0] if len(host) == 1 else "",
        mode=", ".join(read("sec-fetch-mode", _NOTHING)),
        destination=", ".join(read("sec-fetch-dest", _NOTHING)),
        is_preflight=request.method == hdrs.METH_OPTIONS and is_preflight(request),
        is_handshake=any("websocket" in line.lower() for line in read("upgrade", _NOTHING)),
        credentials=credentials,
    )


def _lines(request: web.Request, headers: Mapping[str, str], name: str) -> Sequence[str]:
    """The values of all lines of a header; `headers` are those of `request`."""
    if name not in headers:
        return ()
    if isinstance(headers, _BY_LINE):
        return headers.getall(name)
    wanted = name.lower().encode()
    return [_value(value) for raw_name, value in request.raw_headers if raw_name.lower() == wanted]


def _value(raw_value: bytes) -> str:
    # As aiohttp's parsers do it: a byte that is no UTF-8 becomes a lone surrogate.
    return raw_value.decode("utf-8", "surrogateescape").strip(" \t")


def remove_foreign(headers: CIMultiDict[str]) -> list[str]:
    """Take out all ``Access-Control-*`` headers, which somebody else set, and name them."""
    foreign: list[str] = []
    for name in headers:
        if name.lower().startswith(_PREFIX):
            foreign.append(name)
        elif len(_harmless) < _MAX_HARMLESS:
            _harmless.add(name)
    for name in foreign:
        headers.popall(name, None)
    return foreign


def expose(headers: CIMultiDict[str], grant: Grant) -> None:
    """Write which headers a script may read, of those that the response has if it is all."""
    names = exposed(headers) if grant.expose_all else grant.expose
    if names:
        headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = names
