"""Serialized origins and patterns of them: what may be configured, and with which problem if not.

Owns: `parse_origin`, and which origins may not have credentials.
Leaves to: `aiohttp_cors._values.origin_grammar` the grammar, to `aiohttp_cors._values.origin_hints`
what a refused text was meant to be, and to `aiohttp_cors._values.origin_index` matching.

Source: Secure Contexts, *Is origin potentially trustworthy?*,
https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
"""

import re
from collections.abc import Iterable
from typing import Final

from aiohttp_cors._values.errors import Problem, shown
from aiohttp_cors._values.hints import (
    ANY_ORIGIN,
    EMPTY_SETTING,
    ORIGIN_WHERE,
    is_empty,
    members_of,
    mended_members,
    text_of,
)
from aiohttp_cors._values.origin_grammar import (
    Origin,
    OriginPattern,
    ParsedOrigin,
    is_address,
    is_ipv4,
    is_whole_domain,
    read_origin,
)

__all__ = (
    "OVER_HTTP",
    "Origin",
    "OriginPattern",
    "ParsedOrigin",
    "credentials_problem",
    "is_potentially_trustworthy",
    "meant_origin",
    "parse_origin",
    "secure_hint",
)

OVER_HTTP: Final = "dangerously_over_http=True"
"""The switch that allows credentials over ``http``, as it is written."""

_NULL: Final = "any site can send the origin 'null', by a sandboxed frame for example"
_FILE: Final = "every local file has the origin 'file://' or 'null', whoever wrote the file"
_WHOLE_DOMAIN: Final = "anybody can register a name below a top-level domain"
_NO_TEXT: Final = "an origin is a str"
_FUNCTION: Final = "neither a regular expression nor a function is an origin"
_ONE_BY_ONE: Final = "origins are given one by one, each a str"
_IN_THE_CLEAR: Final = (
    f"over http whoever is on the network path can act with the user's credentials, unless"
    f" {OVER_HTTP} accepts that"
)


def parse_origin(text: object, *, field: str = "origin") -> ParsedOrigin | Problem:
    """The origin or pattern that `text` writes, or the problem with it.

    The problem's `field` is the one given; its hint is a legal origin or pattern, several of them,
    a step of the fluent API, or empty. ``null`` and ``file`` are *prohibited* because any site can
    produce an opaque origin (a sandboxed frame is enough), a pattern over a whole top-level domain
    because anybody can register a name there.
    """
    if not isinstance(text, str):
        return _no_text(text, field)
    if text == "null":
        return Problem(field, text, "prohibited", _NULL, "")
    if text.startswith("file:"):
        return Problem(field, text, "prohibited", _FILE, "")
    parsed = read_origin(text)
    if parsed is None:
        return Problem(field, text, "invalid", *_explain(text))
    if is_whole_domain(parsed):
        return Problem(field, text, "prohibited", _WHOLE_DOMAIN, ORIGIN_WHERE)
    return parsed


def meant_origin(given: object) -> str:
    """The legal origin or pattern that a value is or means; empty where there is none."""
    text = given if isinstance(given, str) else text_of(given)
    meant = "" if text is None else _meant_by(text)
    return meant if read_origin(meant) is not None else ""


def is_potentially_trustworthy(origin: ParsedOrigin) -> bool:
    """False for ``http`` to another machine: whoever is on the path can speak for such an origin.

    Loopback is ``localhost``, ``*.localhost``, 127/8 and ``[::1]``.
    """
    if origin.scheme != "http":
        return True
    host = origin.host.removesuffix(".")
    if host == "localhost" or host.endswith(".localhost") or host == "[::1]":
        return True
    return host.startswith("127.") and is_ipv4(host)


def secure_hint(origin: ParsedOrigin) -> str:
    """The same origin over ``https``.

    Precondition: not `is_potentially_trustworthy(origin)`.
    """
    return _meant_by(str(origin).replace("http:", "https:", 1))


def credentials_problem(origin: ParsedOrigin, *, field: str) -> Problem | None:
    """The problem with credentials for `origin`; None where it is potentially trustworthy.

    An address has hardly ever a certificate, so that the switch alone can be what is meant.
    """
    if is_potentially_trustworthy(origin):
        return None
    by_name = not is_address(origin.host, origin.scheme)
    hint = f"{secure_hint(origin)}, or {OVER_HTTP}" if by_name else OVER_HTTP
    return Problem(field, str(origin), "prohibited", _IN_THE_CLEAR, hint)


# Whoever spells every origin right needs no hint, and the module of hints takes longer to load than
# all other modules of origins together.
def _explain(text: str) -> tuple[str, str]:
    from aiohttp_cors._values.origin_hints import explain  # noqa: PLC0415 -- see above

    return explain(text)


def _meant_by(text: str) -> str:
    from aiohttp_cors._values.origin_hints import meant_by  # noqa: PLC0415 -- see above

    return meant_by(text)


def _no_text(given: object, field: str) -> Problem:
    """The problem with what is no string; its hint is the string that was meant."""
    text = text_of(given)
    because, hint = _NO_TEXT, "" if text is None else _meant_by(text)
    if _is_predicate(given):
        because, hint = _FUNCTION, ORIGIN_WHERE
    members = members_of(given)
    if _is_several(given):
        because = _ONE_BY_ONE
        hint = ANY_ORIGIN if members == ["*"] else mended_members(given, meant_origin)
    # "".split(",") is a list of one empty text.
    if is_empty(given) or (members and all(map(is_empty, members))):
        because = f"{because}; {EMPTY_SETTING}"
    return Problem(field, shown(given), "invalid", because, hint)


def _is_predicate(value: object) -> bool:
    """Whether it says which origins are meant, as a function or a regular expression does."""
    return isinstance(value, re.Pattern) or (callable(value) and not isinstance(value, type))


def _is_several(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, bytes | bytearray)
