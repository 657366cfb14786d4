"""Which methods, header names, ages and switches a policy of the fluent API may hold.

Owns: what Fetch forbids and what this library refuses of one value, and the hint for it.
Leaves to: `aiohttp_cors._values.vocabulary` the lists of the standard, and to
`aiohttp_cors._values.arguments` how the values of a call add up. The builder and the mypy plugin
ask the same functions.

Source: Fetch, *Methods* and *Headers*, https://fetch.spec.whatwg.org/#methods
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from aiohttp_cors._values.errors import Problem, shown
from aiohttp_cors._values.hints import EMPTY_SETTING, is_empty, mended_members, spelled
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

STARS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "allow_methods": ".allow_any_method",
        "allow_headers": ".allow_any_header",
        "expose_headers": ".expose_all",
    }
)
"""The step that means any name, by the field whose names it replaces."""

_SENT_WITH_CREDENTIALS: Final = frozenset({"cookie", "cookie2"})

_STAR: Final = "a list of names has no wildcard"
_NAME: Final = "a name is an HTTP token: letters, digits and a few signs, without spaces"
_FORBIDDEN_METHOD: Final = "no script can send this method: leave it out"
_CASE: Final = "methods are case-sensitive, and aiohttp serves only those in upper case"
_FORBIDDEN_HEADER: Final = "no script can set this request header: leave it out"
_COOKIE: Final = "browsers send cookies by themselves, to whom credentials are allowed"
_UNREADABLE: Final = "no script can read this response header: leave it out"
_OF_A_RESPONSE: Final = "this is a response header of the CORS protocol: leave it out"
_OF_A_REQUEST: Final = "this is a request header of the CORS protocol: leave it out"
_AGE: Final = f"an age is 0 to {MAX_AGE} whole seconds, and 0 switches the browser's memory off"
_SWITCH: Final = "a switch is True or False, and no text of a setting"


def parse_method(method: object, *, field: str = "allow_methods") -> str | Problem:
    """The method as browsers send it: ``get`` is ``GET``, but ``patch`` is refused."""
    if not isinstance(method, str) or not is_token(method):
        return _no_token(method, field, parse_method, between=r"[,\s]")
    if method == "*":
        return _star(field)
    if method.upper() in FORBIDDEN_METHODS:
        return Problem(field, method, "forbidden", _FORBIDDEN_METHOD, "")
    normalized = normalize_method(method)
    if normalized != normalized.upper():
        return Problem(field, method, "invalid", _CASE, normalized.upper())
    return normalized


def parse_request_header(name: object, *, field: str = "allow_headers") -> str | Problem:
    """The name of a request header that a script may set, in the case it is written in."""
    if not isinstance(name, str) or not is_token(name):
        return _no_token(name, field, parse_request_header)
    if name == "*":
        return _star(field)
    if name.lower() in _SENT_WITH_CREDENTIALS:
        return Problem(field, name, "forbidden", _COOKIE, ".allow_credentials")
    if is_forbidden_request_header(name):
        return Problem(field, name, "forbidden", _FORBIDDEN_HEADER, "")
    if name.lower() in CORS_RESPONSE_HEADERS:
        return Problem(field, name, "prohibited", _OF_A_RESPONSE, "")
    return name


def parse_response_header(name: object, *, field: str = "expose_headers") -> str | Problem:
    """The name of a response header that a script may read, in the case it is written in."""
    if not isinstance(name, str) or not is_token(name):
        return _no_token(name, field, parse_response_header)
    if name == "*":
        return _star(field)
    if name.lower() in FORBIDDEN_RESPONSE_HEADERS:
        return Problem(field, name, "forbidden", _UNREADABLE, "")
    if name.lower() in CORS_REQUEST_HEADERS:
        return Problem(field, name, "prohibited", _OF_A_REQUEST, "")
    return name


def parse_max_age(age: object, *, field: str = "max_age") -> int | Problem:
    """Whole seconds from 0 to `MAX_AGE`, of a number or a `timedelta`."""
    seconds: object = age
    if isinstance(age, timedelta):
        seconds = int(age.total_seconds()) if age.microseconds == 0 else age
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 <= seconds <= MAX_AGE:
        because = f"{_AGE}; {EMPTY_SETTING}" if is_empty(age) else _AGE
        return Problem(field, shown(age), "invalid", because, _age_meant(age))
    return int(seconds)  # a member of an enum writes itself otherwise


def parse_switch(given: object, *, field: str) -> bool | Problem:
    """A bool: the text ``"false"`` of a setting must not switch a danger on."""
    if not isinstance(given, bool):
        return Problem(field, shown(given), "invalid", _SWITCH, _switch_meant(given))
    return given


def _age_meant(age: object) -> str:
    """The nearest legal age to the number that is given or written; empty where there is none.

    A fraction is rounded up: 0 would mean something else than half a second.
    """
    if isinstance(age, bytes):
        age = age.decode("latin-1")
    if isinstance(age, str):
        digits = re.fullmatch(r"\s*(-?)0*([0-9]+)(?:\.0*)?\s*", age)
        if digits is None:
            return ""
        # A number of six digits is too much already, and Python does not read any number.
        sign, number = digits.groups()
        age = int(f"{sign}{number[:6]}")
    if isinstance(age, timedelta):
        age = age.total_seconds()
    if isinstance(age, bool) or not isinstance(age, int | float):
        return ""
    if isinstance(age, float) and math.isnan(age):
        return ""
    return str(math.ceil(min(max(age, 0), MAX_AGE)))


def _switch_meant(given: object) -> str:
    text = given.strip().lower() if isinstance(given, str) else shown(given)
    if text in {"true", "1", "yes", "on"}:
        return "True"
    return "False" if text in {"false", "0", "no", "off", ""} else ""


def _star(field: str) -> Problem:
    return Problem(field, "*", "prohibited", _STAR, STARS.get(field, ""))


def _no_token(
    given: object,
    field: str,
    parse: Callable[[object], str | Problem],
    *,
    between: str = ",",
) -> Problem:
    """The problem with what is no token; its hint is the names in it that are legal.

    `between` matches what stands between two names. A name is the first token there, and a space
    in it a forgotten hyphen.
    """
    because = f"{_NAME}; {EMPTY_SETTING}" if is_empty(given) else _NAME
    if isinstance(given, str):
        return Problem(field, given, "invalid", because, _names_meant(given, parse, between))

    hint = mended_members(given, lambda member: _name_meant(member, parse))
    if isinstance(given, bytes | bytearray) and given.isascii():
        hint = _names_meant(given.decode(), parse, between)
    return Problem(field, shown(given), "invalid", because, hint)


def _names_meant(text: str, parse: Callable[[object], str | Problem], between: str) -> str:
    tokens = [first_token("-".join(part.split())) for part in re.split(between, text)]
    meant = [_name_meant(token, parse) for token in tokens if token]
    legal = [name for name in meant if name]
    return spelled(legal) if legal else ""


def _name_meant(name: object, parse: Callable[[object], str | Problem]) -> str:
    """The legal name that `name` is or means; empty where there is none."""
    parsed = parse(name)
    if isinstance(parsed, str):
        return parsed
    return parsed.hint if isinstance(name, str) and parsed.reason == "invalid" else ""
