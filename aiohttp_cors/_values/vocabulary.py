"""The vocabulary and the grammar that the Fetch standard and RFC 9110 fix.

Owns: names, tokens, and which of them a browser lets a script use; constants and pure functions.
Leaves to: everybody else what a configuration, a request or a response does with them.

Implements:

- Fetch, *Methods*: https://fetch.spec.whatwg.org/#methods
- Fetch, *Headers*: https://fetch.spec.whatwg.org/#terminology-headers
- RFC 9110, section 5.6.2 *Tokens*: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
"""

import re
from typing import Final

# token = 1*tchar (RFC 9110, section 5.6.2)
_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")

NORMALIZED_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})
"""The methods that Fetch *normalizes* to upper case; every other method is case-sensitive."""

FORBIDDEN_METHODS: Final = frozenset({"CONNECT", "TRACE", "TRACK"})
"""The *forbidden methods*: no script can send them, whatever the server allows."""

SAFELISTED_METHODS: Final = frozenset({"GET", "HEAD", "POST"})
"""The *CORS-safelisted methods*: browsers let them pass whatever a preflight answers."""

FORBIDDEN_REQUEST_HEADERS: Final = frozenset(
    {
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    }
)
"""The *forbidden request-header* names, in lower case; see `is_forbidden_request_header`."""

FORBIDDEN_RESPONSE_HEADERS: Final = frozenset({"set-cookie", "set-cookie2"})
"""The *forbidden response-header names*, in lower case: no script can read them."""

SAFELISTED_RESPONSE_HEADERS: Final = frozenset(
    {
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    }
)
"""The *CORS-safelisted response-header names*, in lower case: readable without being exposed."""

HOP_BY_HOP_HEADERS: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Names that end at the next proxy (RFC 9110, section 7.6.1), in lower case."""

CORS_REQUEST_HEADERS: Final = frozenset(
    {"origin", "access-control-request-headers", "access-control-request-method"}
)
"""The request headers of the CORS protocol itself, in lower case."""

CORS_RESPONSE_HEADERS: Final = frozenset(
    {
        "access-control-allow-credentials",
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-allow-origin",
        "access-control-expose-headers",
        "access-control-max-age",
    }
)
"""The response headers of the CORS protocol itself, in lower case."""


def is_token(text: str) -> bool:
    """True when `text` is an RFC 9110 token, as every method and header name must be."""
    return _TOKEN.fullmatch(text) is not None


def first_token(text: str) -> str | None:
    """The first token in `text`: the name that was meant, more often than not."""
    found = _TOKEN.search(text)
    return None if found is None else found.group()


def normalize_method(method: str) -> str:
    """Fetch's *normalize*: the six names of `NORMALIZED_METHODS` in upper case, others as given.

    A page that asks for ``patch`` sends ``patch``, which is another method than ``PATCH``.
    Source: https://fetch.spec.whatwg.org/#concept-method-normalize
    """
    upper = method.upper() if method.isascii() else method
    return upper if upper in NORMALIZED_METHODS else method


def is_forbidden_request_header(name: str) -> bool:
    """True for a request header that no script can set; any case.

    Source: https://fetch.spec.whatwg.org/#forbidden-request-header
    """
    lower = name.lower()
    return lower in FORBIDDEN_REQUEST_HEADERS or lower.startswith(("proxy-", "sec-"))
