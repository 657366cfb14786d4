"""What is said about a request: why it was refused, and by what; at DEBUG, if nobody asked for it.

Owns: the one logger, its sentences and their structured fields.
Leaves to: `aiohttp_cors._protocol` the verdict that is told.

Every record has the fields ``cors_reason``, ``cors_origin``, ``cors_method`` and ``cors_route``, so
that a handler can count. Values that a client chose are arguments and never part of the message.
Nothing here is done unless somebody listens.

Source: Fetch Metadata, https://www.w3.org/TR/fetch-metadata/
"""

import logging
from typing import Final

from aiohttp import hdrs, web

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.header_values import cut
from aiohttp_cors._protocol.verdicts import Refused
from aiohttp_cors._server.headers import first_line, has_header
from aiohttp_cors._server.selection import landed
from aiohttp_cors._table.overlap import path_shown

logger: Final = logging.getLogger("aiohttp_cors")

_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}


def is_listened_to() -> bool:
    """Whether a sentence at DEBUG would reach anybody."""
    return logger.isEnabledFor(logging.DEBUG)


def log_refusal(request: web.Request, origin: str | None, refused: Refused) -> None:
    """Say why a request is refused, unless the server's own page has sent it."""
    if not is_listened_to() or is_own(request, origin):
        return
    _debug(
        request,
        refused.refusal.name.lower(),
        origin,
        "%s: %r of %r from origin %r: %r",
        refused.refusal.value,
        request.method,
        cut(request.path),
        cut(origin or ""),
        refused.text,
    )


def log_enforcement(
    request: web.Request, origin: str | None, reason: str, text: str, is_reported: bool
) -> None:
    """Say why a request is refused; at WARNING if it would be, since somebody asked to be told."""
    if not is_reported and not is_listened_to():
        return
    said = "would be refused" if is_reported else "is refused"
    logger.log(
        logging.WARNING if is_reported else logging.DEBUG,
        "%r of %r %s: %r",
        request.method,
        cut(request.path),
        said,
        text,
        extra=_fields(request, reason, origin),
    )


def log_near_miss(request: web.Request, origin: str, policy: CompiledPolicy) -> None:
    """Name the configured origin that was probably meant by a refused one."""
    if is_listened_to() and not is_own(request, origin):
        from aiohttp_cors._protocol.near_miss import near_miss  # noqa: PLC0415 -- for listeners alone

        nearest = near_miss(policy, origin)
        if nearest is not None:
            text = "configured is %s, sent %s"
            _debug(request, "near_miss", origin, text, nearest, cut(origin))


def log_uncovered(request: web.Request, origin: str) -> None:
    """Say that no policy covers a request that a page of another origin has sent.

    Precondition: somebody listens, and the page is not the server's own.
    """
    here = landed(request.match_info)
    what = "no policy covers %s %s" if here.error is None else "no policy covers the %s of %s %s"
    status = [] if here.error is None else [here.error.status]
    # Percent-encoded as it was sent: a path in clear text may hold a line break.
    path = request.rel_url.raw_path if here.resource is None else path_shown(here.resource)
    reason = "not_covered" if here.error is None else "not_found"
    _debug(request, reason, origin, what, *status, request.method, cut(path))


def log_grant(request: web.Request, origin: str | None, grant: Grant) -> None:
    """Say that a browser withholds its cookies, where CORS is not the reason for a missing login."""
    if (
        grant.allow_credentials
        and not has_header(request, hdrs.COOKIE)
        and first_line(request, "Sec-Fetch-Storage-Access") == "none"
    ):
        text = (
            "the browser blocks third-party cookies here: CORS is not the reason for a missing one"
        )
        _debug(request, "third_party_cookies", origin, text)


def log_truthy(request: web.Request, origin: str, answer: object) -> None:
    """Say that a predicate answered something that is true and not ``True``."""
    if is_listened_to():
        text = "a predicate answered %r about origin %r: only True allows"
        _debug(request, "predicate", origin, text, answer, cut(origin))


def _debug(
    request: web.Request, reason: str, origin: str | None, text: str, *values: object
) -> None:
    logger.debug(text, *values, extra=_fields(request, reason, origin))


def _fields(request: web.Request, reason: str, origin: str | None) -> dict[str, str | None]:
    resource = landed(request.match_info).resource
    asked = first_line(request, hdrs.ACCESS_CONTROL_REQUEST_METHOD)
    return {
        "cors_reason": reason,
        "cors_origin": origin,
        "cors_method": request.method if asked is None else asked,
        "cors_route": None if resource is None else path_shown(resource),
    }


def is_own(request: web.Request, origin: str | None) -> bool:
    """Whether the server's own page has sent the request, as far as a log needs to know."""
    if first_line(request, "Sec-Fetch-Site") == "same-origin":
        return True
    scheme, _, host = (origin or "").partition("://")
    default = _DEFAULT_PORTS.get(scheme, "")
    own = (first_line(request, hdrs.HOST) or "").lower()
    return bool(host) and host.removesuffix(default) == own.removesuffix(default)
