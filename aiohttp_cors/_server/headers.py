"""Reads the headers of a request, and writes a verdict into those of a response.

Owns: how aiohttp's header mappings are read and written.
Leaves to: `aiohttp_cors._protocol.header_values` how values are merged.

Sources:

- Fetch, *HTTP responses* of the CORS protocol: https://fetch.spec.whatwg.org/#http-responses
- Fetch, *CORS protocol and HTTP caches*: https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
"""

from collections.abc import Sequence
from typing import Final

from aiohttp import hdrs, web
from multidict import CIMultiDict

from aiohttp_cors._protocol.compiled_policy import Grant
from aiohttp_cors._protocol.header_values import exposed, merge_vary
from aiohttp_cors._protocol.verdicts import ActualVerdict, Asked

_PREFIX: Final = "access-control-"
# The names of response headers that were seen to be none of the protocol's. Applications send
# the same few; one that echoes what clients send cannot make this grow.
_harmless: Final[set[str]] = set()
_MAX_HARMLESS: Final = 1024


def is_preflight(request: web.Request) -> bool:
    """Whether an ``OPTIONS`` request is a CORS-preflight request: it has both headers."""
    headers = request.headers
    return hdrs.ORIGIN in headers and hdrs.ACCESS_CONTROL_REQUEST_METHOD in headers


def asked_of(request: web.Request) -> Asked:
    """What a preflight asks for. Precondition: `is_preflight(request)`."""
    headers, name = request.headers, hdrs.ACCESS_CONTROL_REQUEST_HEADERS
    return Asked(
        headers[hdrs.ORIGIN],
        headers[hdrs.ACCESS_CONTROL_REQUEST_METHOD],
        headers.getall(name) if name in headers else (),
    )


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


def write_verdict(
    headers: CIMultiDict[str], origin: str | None, verdict: ActualVerdict | None, vary: bool
) -> Sequence[str]:
    """Write the policy's headers, each with one value; only ``Vary`` for a refusal.

    `vary` is False for the policy that sends the same constant to everybody. Returns the names of
    the CORS headers that somebody else had set, and that are gone.
    """
    foreign = () if _harmless.issuperset(headers) else remove_foreign(headers)
    if type(verdict) is Grant:
        if verdict.expose_all:
            names = exposed(headers)
            if names:
                headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = names
        elif verdict.expose is not None:
            headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = verdict.expose
        headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = verdict.allow_origin or origin or "null"
        if verdict.allow_credentials:
            headers[hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS] = "true"
    if vary:
        if hdrs.VARY in headers:
            headers[hdrs.VARY] = merge_vary(headers.getall(hdrs.VARY), "Origin")
        else:
            headers[hdrs.VARY] = "Origin"
    return foreign
