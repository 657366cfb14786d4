"""The server's side of the CORS protocol: facts of a request and a table give a verdict.

Knows the checks, their order and what an answer carries. Knows no aiohttp, no routes and no
clock; never raises on a request. A verdict is `PreflightAllowed` or `Refused` for a preflight,
a `Grant` or `Refused` for an actual request.

Sources:

- Fetch, *CORS-preflight fetch*: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
- Fetch, *CORS check*: https://fetch.spec.whatwg.org/#concept-cors-check
- RFC 9110, section 5.6.1 *Lists*: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1
"""

import enum
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias, final

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, Grant
from aiohttp_cors._values.vocabulary import (
    FORBIDDEN_RESPONSE_HEADERS,
    HOP_BY_HOP_HEADERS,
    SAFELISTED_RESPONSE_HEADERS,
    is_token,
)

MAX_HEADER_NAMES: Final = 256
MAX_HEADER_BYTES: Final = 8192

# One separator and all the empty elements after it: linear in the length of the line.
_SEPARATOR: Final = re.compile(r",[ \t,]*")
_NOT_EXPOSED: Final = SAFELISTED_RESPONSE_HEADERS | FORBIDDEN_RESPONSE_HEADERS | HOP_BY_HOP_HEADERS


@final
class Refusal(enum.Enum):
    """The check that failed, in the words of the standard."""

    ORIGIN_MISSING = "no Origin header"
    REQUEST_METHOD_MISSING = "no Access-Control-Request-Method header"
    NO_ORIGINS = "no origin is allowed"
    ORIGIN = "origin not allowed"
    METHOD = "method not allowed"
    HEADERS = "headers not allowed"


@final
class Refused(NamedTuple):
    """A refusal: the failed check, and the sentence that tells the client which value failed."""

    refusal: Refusal
    text: str


@final
class PreflightAllowed(NamedTuple):
    """A preflight's success: the ``Access-Control-*`` headers of the answer, as pairs."""

    headers: Sequence[tuple[str, str]]


PreflightVerdict: TypeAlias = PreflightAllowed | Refused
ActualVerdict: TypeAlias = Grant | Refused

_ORIGIN_MISSING: Final = Refused(
    Refusal.ORIGIN_MISSING, "origin header is not specified in the request"
)
_REQUEST_METHOD_MISSING: Final = Refused(
    Refusal.REQUEST_METHOD_MISSING, "'Access-Control-Request-Method' header is not specified"
)
_NO_ORIGINS: Final = Refused(Refusal.NO_ORIGINS, "no origins are allowed")
_TOO_MANY_HEADERS: Final = Refused(
    Refusal.HEADERS,
    f"headers are not allowed: more than {MAX_HEADER_NAMES} names or {MAX_HEADER_BYTES} bytes",
)
_ACTUAL_ORIGIN: Final = Refused(Refusal.ORIGIN, "origin is not allowed")
_ACTUAL_METHOD: Final = Refused(Refusal.METHOD, "method is not allowed")


def refuse_origin(origin: str) -> Refused:
    """The refusal of a preflight whose origin the policy does not allow."""
    return Refused(Refusal.ORIGIN, f"origin '{origin}' is not allowed")


def refuse_method(method: str, origin: str) -> Refused:
    """The refusal of a preflight whose requested method is not allowed."""
    text = f"request method {method!r} is not allowed for {origin!r} origin"
    return Refused(Refusal.METHOD, text)


def judge_classic_preflight(
    origin: str | None,
    method: str | None,
    header_lines: Sequence[str],
    *,
    added: CompiledPolicy | None,
    fallback: CompiledPolicy | None,
) -> PreflightVerdict:
    """The verdict on a preflight for a target of the classic API.

    - `origin`, `method`, `header_lines`: the values of ``Origin`` and of the two
      ``Access-Control-Request-*`` headers;
    - `added`: the policy of the added route for this method, None where none was added;
    - `fallback`: the policy of the resource, whose `allow_methods` may name further methods.

    The order of the checks is that of aiohttp-cors 0.8.1.
    """
    if origin is None:
        return _ORIGIN_MISSING
    if method is None:
        return _REQUEST_METHOD_MISSING
    policy = added
    if policy is None:
        named = None if fallback is None else fallback.match(origin)
        if fallback is None or named is None or not _names_method(named, method.upper()):
            return refuse_method(method, origin)
        policy = fallback
    if not _is_name(method):
        return refuse_method(method, origin)
    if not policy.tables:
        return _NO_ORIGINS
    grant = policy.match(origin)
    if grant is None:
        return refuse_origin(origin)
    names = _judge_headers(header_lines, grant)
    if isinstance(names, Refused):
        return names
    return _allow(origin, grant, method, ",".join(names), grant.max_age)


def judge_preflight(
    origin: str,
    method: str,
    header_lines: Sequence[str],
    *,
    grant: Grant,
    routed: frozenset[str],
    alone: bool,
) -> PreflightVerdict:
    """The verdict on a preflight for a target of the fluent API, from an origin that is allowed.

    - `grant`: what the policy of the route that would serve the request grants this origin;
    - `routed`: the methods routed on the path, with ``*`` for any other;
    - `alone`: whether that policy decides about every request to this URL. Where another one
      has a say too, the answer names only what was requested and is not to be remembered: the
      browser's preflight cache is per URL and would combine the methods of one policy with the
      headers of the other.
    """
    methods = routed if grant.allow_methods is None else grant.allow_methods
    any_method = grant.any_method or "*" in methods
    if not _is_name(method) or not (any_method or method in methods):
        return refuse_method(method, origin)
    names = _judge_headers(header_lines, grant)
    if isinstance(names, Refused):
        return names
    if not alone:
        return _allow(origin, grant, method, ",".join(names), "0")
    listed = method if any_method else _listed(methods)
    headers = grant.allow_headers_value or ",".join(names)
    return _allow(origin, grant, listed, headers, grant.max_age)


def judge_actual(origin: str | None, method: str, grant: Grant | None) -> ActualVerdict | None:
    """The verdict on an actual request; None for one that is no CORS request.

    `grant` is what the policy grants the origin; the constant ``*`` is granted without one.
    """
    if grant is None:
        return None if origin is None else _ACTUAL_ORIGIN
    if (
        grant.checks_method
        and grant.allow_methods is not None
        and method not in grant.allow_methods
    ):
        return _ACTUAL_METHOD
    return grant


def requested_names(lines: Sequence[str]) -> Sequence[str] | None:
    """The names in the ``Access-Control-Request-Headers`` lines, upper case, each once.

    None when there are more than `MAX_HEADER_NAMES` names or `MAX_HEADER_BYTES` bytes. Empty
    elements count for nothing; a name that is no token is among the names.
    """
    line = ",".join(lines)
    if len(line) > MAX_HEADER_BYTES:
        return None
    line = line.strip(" \t,")
    if not line:
        return ()
    # "ß".upper() is "SS", a token: only the letters of ASCII have two cases in a name.
    upper = line.encode(errors="surrogatepass").upper().decode(errors="surrogatepass")
    elements = _SEPARATOR.split(upper, maxsplit=MAX_HEADER_NAMES)
    if len(elements) > MAX_HEADER_NAMES:
        return None
    return tuple(dict.fromkeys([element.rstrip(" \t") for element in elements]))


def exposed(names: Iterable[str]) -> str:
    """The value of ``Access-Control-Expose-Headers`` that exposes what a response has.

    `names` are those of the response's headers. Without the safelisted names, which are readable
    anyway, those that no script can read and those that end at the next proxy; empty when nothing
    is left.
    """
    unique = {name.lower(): name for name in names}
    return ",".join(name for lower, name in unique.items() if lower not in _NOT_EXPOSED)


def merge_vary(lines: Sequence[str], member: str) -> str:
    """One ``Vary`` value of all `lines` and `member`, no member twice; ``*`` stays alone.

    Source: RFC 9110, section 12.5.5, https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5
    """
    members: dict[str, str] = {}
    for line in [*lines, member]:
        for element in line.split(","):
            name = element.strip(" \t")
            if name == "*":
                return "*"
            if name:
                members.setdefault(name.lower(), name)
    return ", ".join(members.values())


def _is_name(text: str) -> bool:
    # "*" is a token, but in an answer browsers take it for any method or header.
    return text != "*" and is_token(text)


def _names_method(grant: Grant, method: str) -> bool:
    return grant.any_method or (grant.allow_methods is not None and method in grant.allow_methods)


def _judge_headers(lines: Sequence[str], grant: Grant) -> Sequence[str] | Refused:
    names = requested_names(lines)
    if names is None:
        return _TOO_MANY_HEADERS
    if grant.allow_headers is not None:
        wrong = [name for name in names if name not in grant.allow_headers]
    elif "*" not in names and is_token("".join(names)):  # tokens in a row are a token
        wrong = []
    else:
        wrong = [name for name in names if not _is_name(name)]
    if wrong:
        return Refused(Refusal.HEADERS, f"headers are not allowed: {', '.join(wrong)}")
    return names


def _allow(
    origin: str, grant: Grant, method: str, headers: str, max_age: str | None
) -> PreflightAllowed:
    answer = [("Access-Control-Allow-Origin", grant.allow_origin or origin)]
    if grant.allow_credentials:
        answer.append(("Access-Control-Allow-Credentials", "true"))
    answer.append(("Access-Control-Allow-Methods", method))
    if headers:
        answer.append(("Access-Control-Allow-Headers", headers))
    if max_age is not None:
        answer.append(("Access-Control-Max-Age", max_age))
    return PreflightAllowed(answer)


@lru_cache(maxsize=256)
def _listed(methods: frozenset[str]) -> str:
    # The sets come from configurations and routers alone.
    return ",".join(sorted(methods))
