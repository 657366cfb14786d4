"""Which request headers a page may send, and which of them need a server's permission first.

Owns: the judgement of names and values, one header at a time and in a list.
Leaves to: `aiohttp_cors._values.vocabulary` what both sides of the protocol share.

Implements, of Fetch, *Headers* (https://fetch.spec.whatwg.org/#terminology-headers):

- *CORS-safelisted request-header*: https://fetch.spec.whatwg.org/#cors-safelisted-request-header
- *CORS-unsafe request-header names*: https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names
- *forbidden request-header*: https://fetch.spec.whatwg.org/#forbidden-request-header
- *CORS non-wildcard request-header name*, *no-CORS-safelisted request-header*,
  *request-body-header name*
"""

import re
from collections.abc import Iterable
from typing import Final, TypeAlias

from aiohttp_cors._values.vocabulary import FORBIDDEN_METHODS, is_forbidden_request_header, is_token

HeaderList: TypeAlias = tuple[tuple[str, str], ...]
"""Names and values in order, a name as often as it occurs: ``(("X-A", "1"), ("x-a", "2"))``."""

NON_WILDCARD_REQUEST_HEADERS: Final = frozenset({"authorization"})
"""The *CORS non-wildcard request-header names*, in lower case: ``*`` never covers them."""

REQUEST_BODY_HEADERS: Final = frozenset(
    {"content-encoding", "content-language", "content-location", "content-type"}
)
"""The *request-body-header names*, in lower case: they go when a redirect drops the body."""

NO_CORS_SAFELISTED_REQUEST_HEADERS: Final = frozenset(
    {"accept", "accept-language", "content-language", "content-type"}
)
"""The *no-CORS-safelisted request-header names*, in lower case."""

METHOD_OVERRIDE_HEADERS: Final = frozenset(
    {"x-http-method", "x-http-method-override", "x-method-override"}
)
"""Request headers that are forbidden when they name a forbidden method; lower case."""

_MAX_SAFELISTED_VALUE: Final = 128
_MAX_SAFELISTED_VALUES: Final = 1024
_HTTP_WHITESPACE: Final = "\t\n\r "

# CORS-unsafe request-header byte
_UNSAFE_BYTE: Final = re.compile(r'[\x00-\x08\x0a-\x1f"():<>?@\[\\\]{}\x7f]')
_LANGUAGE: Final = re.compile(r"[0-9A-Za-z *,\-.;=]*")
# A single range with a start; what browsers never sent, `bytes=-500`, is not safelisted.
_RANGE: Final = re.compile(r"bytes=([0-9]+)-([0-9]*)")
_FORM_TYPES: Final = frozenset(
    {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"}
)
# One element of *get, decode, and split*: a comma inside a quoted string does not end it.
_ELEMENT: Final = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.?)*"?)+')


def normalize_value(value: str) -> str:
    """Fetch's *normalize* a header value: without whitespace at its ends."""
    return value.strip(_HTTP_WHITESPACE)


def is_header_value(value: str) -> bool:
    """True when the normalized `value` can be sent: bytes, without NUL and line ends."""
    return not any(c in "\0\n\r" or c > "\xff" for c in value)


def is_forbidden_request_header_value(name: str, value: str) -> bool:
    """True when no script can set the header `name` to `value`; it is dropped without a word.

    >>> is_forbidden_request_header_value("X-HTTP-Method-Override", "TRACE")
    True
    """
    if is_forbidden_request_header(name):
        return True
    return name.lower() in METHOD_OVERRIDE_HEADERS and any(
        element[0].strip("\t ").upper() in FORBIDDEN_METHODS for element in _ELEMENT.finditer(value)
    )


def is_safelisted_request_header(name: str, value: str) -> bool:
    """True for a *CORS-safelisted request-header*: it is sent without asking the server first.

    `value` is a normalized header value, a character per byte.

    >>> is_safelisted_request_header("Content-Type", "text/plain;charset=UTF-8")
    True
    >>> is_safelisted_request_header("Content-Type", "application/json")
    False
    """
    if len(value) > _MAX_SAFELISTED_VALUE:
        return False
    match name.lower():
        case "accept":
            return _UNSAFE_BYTE.search(value) is None
        case "accept-language" | "content-language":
            return _LANGUAGE.fullmatch(value) is not None
        case "content-type":
            return _UNSAFE_BYTE.search(value) is None and _essence(value) in _FORM_TYPES
        case "range":
            found = _RANGE.fullmatch(value)
            return found is not None and (not found[2] or int(found[1]) <= int(found[2]))
        case _:
            return False


def is_no_cors_safelisted_request_header(name: str, value: str) -> bool:
    """True when a request whose mode is ``no-cors`` can carry the header."""
    return name.lower() in NO_CORS_SAFELISTED_REQUEST_HEADERS and is_safelisted_request_header(
        name, value
    )


def unsafe_request_header_names(headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The *CORS-unsafe request-header names*: what a preflight asks for, lower case, sorted, once.

    >>> unsafe_request_header_names([("X-B", "1"), ("Accept", "*/*"), ("X-A", "2")])
    ('x-a', 'x-b')
    """
    unsafe: set[str] = set()
    potentially_unsafe: set[str] = set()
    size = 0
    for name, value in headers:
        if is_safelisted_request_header(name, value):
            potentially_unsafe.add(name.lower())
            size += len(value)
        else:
            unsafe.add(name.lower())
    if size > _MAX_SAFELISTED_VALUES:
        unsafe |= potentially_unsafe
    return tuple(sorted(unsafe))


def _essence(value: str) -> str | None:
    """MIME Sniffing's *parse a MIME type*, as far as its essence; None: failure."""
    full = value.partition(";")[0].strip(_HTTP_WHITESPACE)
    type_, slash, subtype = full.partition("/")
    return full.lower() if slash and is_token(type_) and is_token(subtype) else None
