"""The server's side of the CORS protocol: the facts of a request and a grant give a verdict.

Owns: the checks of the standard, their order, and what an answer carries.
Leaves to: `aiohttp_cors._protocol.header_values` how the values of headers are read and written.

Nothing here raises on a request.

Sources:

- Fetch, *CORS-preflight fetch*: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
- Fetch, *CORS check*: https://fetch.spec.whatwg.org/#concept-cors-check
"""

from functools import lru_cache
from typing import Final

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.header_values import (
    MAX_HEADER_BYTES,
    MAX_HEADER_NAMES,
    RequestedNames,
    cut,
    listed,
    requested_names,
)
from aiohttp_cors._protocol.verdicts import (
    ActualVerdict,
    Asked,
    Dialect,
    HeaderPairs,
    Naming,
    OnTheWire,
    PreflightAllowed,
    PreflightVerdict,
    Refusal,
    Refused,
    UrlScope,
)
from aiohttp_cors._values.vocabulary import SAFELISTED_METHODS, is_token

_NO_ORIGINS: Final = Refused(Refusal.NO_ORIGINS, "no origins are allowed")
_TOO_MANY_HEADERS: Final = Refused(
    Refusal.HEADERS,
    f"headers are not allowed: more than {MAX_HEADER_NAMES} names or {MAX_HEADER_BYTES} bytes",
)
_ACTUAL_ORIGIN: Final = Refused(Refusal.ORIGIN, "origin is not allowed")
_ACTUAL_METHOD: Final = Refused(Refusal.METHOD, "method is not allowed")


def refuse_incomplete(origin: str | None) -> Refused:
    """The refusal of an ``OPTIONS`` request that is no preflight, where preflights are expected."""
    if origin is None:
        text = "origin header is not specified in the request"
        return Refused(Refusal.ORIGIN_MISSING, text)
    text = "'Access-Control-Request-Method' header is not specified"
    return Refused(Refusal.REQUEST_METHOD_MISSING, text)


def refuse_uncovered(method: str) -> Refused:
    """The refusal of a preflight beside covered routes, for a route that no policy covers."""
    return Refused(Refusal.NOT_COVERED, f"the route that serves {cut(method)} has no policy")


def refuse_origin(origin: str) -> Refused:
    """The refusal of a preflight whose origin the policy does not allow."""
    return Refused(Refusal.ORIGIN, f"origin '{cut(origin)}' is not allowed")


def refuse_method(asked: Asked) -> Refused:
    """The refusal of a preflight whose requested method is not allowed."""
    method, origin = cut(asked.method), cut(asked.origin)
    text = f"request method {method!r} is not allowed for {origin!r} origin"
    return Refused(Refusal.METHOD, text)


def judge_preflight(
    asked: Asked,
    policy: CompiledPolicy,
    grant: Grant | None,
    row: OnTheWire,
    scope: UrlScope,
) -> PreflightVerdict:
    """The verdict on a preflight.

    `grant` is what `policy` grants the origin, None for nothing. The first check that fails
    decides: the origin, the method, the headers; in the classic dialect the method comes first.
    """
    if row.dialect is Dialect.CLASSIC:
        return _judge_classic(asked, policy, grant, row.naming)
    if grant is None:
        return refuse_origin(asked.origin)
    methods = scope.methods if grant.allow_methods is None else grant.allow_methods
    any_method = grant.any_method or "*" in methods
    if not _is_name(asked.method):
        return refuse_method(asked)
    # Where the methods are those that are routed, no other of the three reaches a handler.
    admitted = methods if grant.allow_methods is None else _with_head(methods)
    # A grant of any method names none.
    wide = scope.alone and (grant.allow_methods is None or scope.unchecked <= admitted)
    names = requested_names(asked.header_lines)
    if not (any_method or asked.method in admitted):
        refused = refuse_method(asked)
        # Browsers let the safelisted methods pass whatever an answer lists, and a narrow answer
        # would have to list the very method that is refused.
        told_all = wide and methods and names is not None and all(map(_is_name, names))
        if asked.method in SAFELISTED_METHODS or not told_all:
            return refused
        told = grant.allow_headers_value or _echo(names, grant)
        return refused._replace(
            headers=_headers(asked, grant, listed(methods), told, grant.max_age)
        )
    method = listed(methods | {asked.method}) if wide and not any_method else asked.method
    max_age = grant.max_age if wide else "0"
    wrong = _refuse_headers(names, grant)
    if wrong is None:
        told = (grant.allow_headers_value if wide else None) or ",".join(names or ())
        return PreflightAllowed(_headers(asked, grant, method, told, max_age))
    if names is None or not all(map(_is_name, names)):
        return wrong
    told = (grant.allow_headers_value if wide else None) or _echo(names, grant)
    return wrong._replace(headers=_headers(asked, grant, method, told, max_age))


def refuse_actual(grant: Grant | None) -> Refused:
    """The refusal of an actual request: of its origin, or of its method if the origin has a grant."""
    return _ACTUAL_ORIGIN if grant is None else _ACTUAL_METHOD


def judge_actual(
    origin: str | None, method: str, grant: Grant | None, naming: Naming
) -> ActualVerdict | None:
    """The verdict on an actual request; None for one that is no CORS request.

    `grant` is what the policy grants the origin; the constant ``*`` is granted without one. A
    method that needs no preflight reaches the handler. So the method is checked again here, where
    the options have to name it.
    """
    if grant is None:
        return None if origin is None else refuse_actual(grant)
    if naming is Naming.ALWAYS:
        return grant if _names_method(grant, method) else refuse_actual(grant)
    if (
        grant.checks_method
        and grant.allow_methods is not None
        and method not in _with_head(grant.allow_methods)
    ):
        return refuse_actual(grant)
    return grant


def _judge_classic(
    asked: Asked, policy: CompiledPolicy, grant: Grant | None, naming: Naming
) -> PreflightVerdict:
    # Routes are compared as they are written, configured methods without regard to case.
    if naming is Naming.NEVER:
        is_allowed = asked.method == asked.method.upper()
    else:
        is_allowed = grant is not None and _names_method(grant, asked.method.upper())
    if not is_allowed or not _is_name(asked.method):
        return refuse_method(asked)
    if not policy.tables:
        return _NO_ORIGINS
    if grant is None:
        return refuse_origin(asked.origin)
    names = requested_names(asked.header_lines)
    wrong = _refuse_headers(names, grant)
    if wrong is not None:
        return wrong
    echo = ",".join(names or ())
    return PreflightAllowed(_headers(asked, grant, asked.method, echo, grant.max_age))


def _is_name(text: str) -> bool:
    # "*" is a token, but in an answer browsers take it for any method or header.
    return text != "*" and is_token(text)


def _names_method(grant: Grant, method: str) -> bool:
    return grant.any_method or (grant.allow_methods is not None and method in grant.allow_methods)


@lru_cache(maxsize=256)
def _with_head(methods: frozenset[str]) -> frozenset[str]:
    """``HEAD`` is allowed where ``GET`` is: RFC 9110, section 9.3.2. Sets are configured ones."""
    return methods | {"HEAD"} if "GET" in methods else methods


def _refuse_headers(names: RequestedNames, grant: Grant) -> Refused | None:
    """The refusal of the requested headers, None if all are allowed."""
    if names is None:
        return _TOO_MANY_HEADERS
    if grant.allow_headers is not None:
        wrong = [name for name in names if name not in grant.allow_headers]
    elif "*" not in names and is_token("".join(names)):  # tokens in a row are a token
        wrong = []
    else:
        wrong = [name for name in names if not _is_name(name)]
    if not wrong:
        return None
    text = cut(", ".join(map(cut, wrong)), to=1000)
    return Refused(Refusal.HEADERS, f"headers are not allowed: {text}")


def _echo(names: RequestedNames, grant: Grant) -> str:
    """Those of the requested names that are allowed; never one that is not.

    Precondition: each is a token and no ``*``.
    """
    allowed = grant.allow_headers
    if allowed is None:
        return ",".join(names or ())
    return ",".join(name for name in names or () if name in allowed)


def _headers(
    asked: Asked, grant: Grant, methods: str, headers: str, max_age: str | None
) -> HeaderPairs:
    answer = [("Access-Control-Allow-Origin", grant.allow_origin or asked.origin)]
    if grant.allow_credentials:
        answer.append(("Access-Control-Allow-Credentials", "true"))
    answer.append(("Access-Control-Allow-Methods", methods))
    if headers:
        answer.append(("Access-Control-Allow-Headers", headers))
    if max_age is not None:
        answer.append(("Access-Control-Max-Age", max_age))
    return answer
