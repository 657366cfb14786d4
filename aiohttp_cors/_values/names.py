"""Which methods, header names, ages and switches a policy of the fluent API may hold.

Knows what Fetch forbids and what this library refuses. Parses one value at a time into what the
policy keeps, or into the `Problem` with it; the builder and the mypy plugin ask the same functions.

Source: Fetch, *Methods* and *Headers*, https://fetch.spec.whatwg.org/#methods
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from aiohttp_cors._values.errors import Problem, shown
from aiohttp_cors._values.hints import spelled
from aiohttp_cors._values.vocabulary import (
    CORS_REQUEST_HEADERS,
    CORS_RESPONSE_HEADERS,
    FORBIDDEN_METHODS,
    FORBIDDEN_RESPONSE_HEADERS,
    first_token,
    is_forbidden_request_header,
    is_token,
    normalize_method,
)

MAX_AGE: Final = 86400
"""The longest age in seconds that a browser honours (Firefox; Chromium 7200, WebKit 600)."""

_LEAVE_OUT: Final = "leave it out"
_SENT_WITH_CREDENTIALS: Final = frozenset({"cookie", "cookie2"})


def parse_method(method: object, *, field: str = "allow_methods") -> str | Problem:
    """The method as browsers send it: ``get`` is ``GET``, but ``patch`` stays ``patch``."""
    if not isinstance(method, str) or not is_token(method):
        return _invalid(method, field, parse_method, "GET", between=r"[,\s]")
    if method == "*":
        return Problem(field, method, "prohibited", "allow_any_method")
    if method.upper() in FORBIDDEN_METHODS:
        return Problem(field, method, "forbidden", _LEAVE_OUT)
    return normalize_method(method)


def parse_request_header(name: object, *, field: str = "allow_headers") -> str | Problem:
    """The name of a request header that a script may set, in the case it is written in."""
    if not isinstance(name, str) or not is_token(name):
        return _invalid(name, field, parse_request_header, "X-Request-ID")
    if name == "*":
        return Problem(field, name, "prohibited", "allow_any_header")
    if is_forbidden_request_header(name):
        hint = "allow_credentials" if name.lower() in _SENT_WITH_CREDENTIALS else _LEAVE_OUT
        return Problem(field, name, "forbidden", hint)
    if name.lower() in CORS_RESPONSE_HEADERS:
        return Problem(field, name, "prohibited", _LEAVE_OUT)
    return name


def parse_response_header(name: object, *, field: str = "expose_headers") -> str | Problem:
    """The name of a response header that a script may read, in the case it is written in."""
    if not isinstance(name, str) or not is_token(name):
        return _invalid(name, field, parse_response_header, "X-Request-ID")
    if name == "*":
        return Problem(field, name, "prohibited", "expose_all")
    if name.lower() in FORBIDDEN_RESPONSE_HEADERS:
        return Problem(field, name, "forbidden", _LEAVE_OUT)
    if name.lower() in CORS_REQUEST_HEADERS:
        return Problem(field, name, "prohibited", _LEAVE_OUT)
    return name


def parse_max_age(age: object, *, field: str = "max_age") -> int | Problem:
    """Whole seconds from 0 to `MAX_AGE`, of a number or a `timedelta`."""
    seconds: object = age
    if isinstance(age, timedelta):
        seconds = int(age.total_seconds()) if age.microseconds == 0 else age
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        return Problem(field, repr(age), "invalid", _number_meant(age))
    if not 0 <= seconds <= MAX_AGE:
        return Problem(field, shown(age), "invalid", "0" if seconds < 0 else str(MAX_AGE))
    return int(seconds)  # a member of an enum writes itself otherwise


def parse_switch(given: object, *, field: str) -> bool | Problem:
    """A bool: the text ``"false"`` of a setting must not switch a danger on."""
    if not isinstance(given, bool):
        return Problem(field, repr(given), "invalid", "True or False")
    return given


def _number_meant(age: object) -> str:
    """The hint for what is no number of seconds: the one that a short text writes."""
    if isinstance(age, str) and age.isdecimal() and len(age) < 10:
        return str(min(int(age), MAX_AGE))
    return "3600"


def _invalid(
    given: object,
    field: str,
    parse: Callable[[object], str | Problem],
    example: str,
    *,
    between: str = ",",
) -> Problem:
    """The problem with what is no token; its hint is the names in it that are legal.

    `between` matches what stands between two names. A name is the first token there, and a space
    in it a forgotten hyphen.
    """
    if not isinstance(given, str):
        return Problem(field, repr(given), "invalid", example)
    names = [first_token("-".join(part.split())) for part in re.split(between, given)]
    legal = [name for name in names if name and not isinstance(parse(name), Problem)]
    return Problem(field, given, "invalid", spelled(legal) if legal else example)
