"""What a browser checks in an answer before a page may go on or see it.

Owns: the checks of one answer (the CORS check, those of a preflight), which of its headers are
readable, and `CorsBlocked`, raised where the standard returns a network error.
Leaves to: `aiohttp_cors.browser.fetch` when these checks are due.

Implements, of Fetch:

- *CORS check*: https://fetch.spec.whatwg.org/#concept-cors-check
- *CORS-preflight fetch*, from its step 7: https://fetch.spec.whatwg.org/#cors-preflight-fetch
- *extract header list values*: https://fetch.spec.whatwg.org/#extract-header-list-values
- *basic* and *CORS filtered response*: https://fetch.spec.whatwg.org/#concept-filtered-response
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, final

from typing_extensions import override

from aiohttp_cors._values.vocabulary import (
    FORBIDDEN_RESPONSE_HEADERS,
    SAFELISTED_METHODS,
    SAFELISTED_RESPONSE_HEADERS,
    is_token,
)
from aiohttp_cors.browser.headers import (
    NON_WILDCARD_REQUEST_HEADERS,
    HeaderList,
    unsafe_request_header_names,
)
from aiohttp_cors.browser.preflight_cache import Requester

DEFAULT_MAX_AGE: Final = 5
"""Seconds a preflight is remembered when its answer does not say, or not as one number.

A negative number is none to the standard; all three engines take it for 0, and so do we.
"""

MAX_DELTA_SECONDS: Final = 2**31
"""The longest time that is told apart (RFC 9111, section 1.2.2)."""

_DELTA_SECONDS: Final = re.compile(r"-?[0-9]+")
_WILDCARD: Final = "*"


@final
class BlockReason(Enum):
    """The check that failed; the value says it in words."""

    __module__ = "aiohttp_cors.testing"  # where users import it from

    SAME_ORIGIN_MODE = "a request whose mode is same-origin cannot leave its origin"
    NO_CORS_REDIRECT_MODE = "a cross-origin request whose mode is no-cors must follow redirects"
    URL_SCHEME = "a cross-origin request needs an http or https URL"
    ALLOW_ORIGIN_MISSING = "the CORS check found no allowed origin"
    ALLOW_ORIGIN_MISMATCH = "the CORS check found another allowed origin"
    ALLOW_ORIGIN_WILDCARD = "the CORS check does not take * for a request with credentials"
    ALLOW_CREDENTIALS = "the CORS check found that credentials are not allowed"
    PREFLIGHT_STATUS = "the preflight's status is not an ok status"
    PREFLIGHT_METHODS_INVALID = "the preflight's allowed methods are not a list of tokens"
    PREFLIGHT_HEADERS_INVALID = "the preflight's allowed headers are not a list of tokens"
    METHOD_NOT_ALLOWED = "the preflight does not allow the method"
    NON_WILDCARD_HEADER_NOT_ALLOWED = "the preflight does not allow the header by its name"
    HEADER_NOT_ALLOWED = "the preflight does not allow the header"
    REDIRECT_MODE = "the request's redirect mode is error"
    REDIRECT_LOCATION = "the redirect's location is not a URL"
    REDIRECT_SCHEME = "the redirect's location is neither http nor https"
    REDIRECT_COUNT = "more than 20 redirects"
    REDIRECT_CREDENTIALS = "the redirect's location has a user name or a password"
    REDIRECT_STREAM = "the redirect needs a streamed body a second time"


@final
class CorsBlocked(Exception):
    """The browser gives the page a network error: the promise of its ``fetch`` is rejected.

    - `reason`: the check that failed;
    - `url`: where the request was going, with its fragment;
    - `preflight`: True when it was the preflight that failed, so that the request was never sent;
    - `sent`: what the server sent, ``Access-Control-Allow-Methods: GET``; of a preflight also how
      the body of its answer begins, where servers say what they refuse;
    - `expected`: what would have passed, ``Access-Control-Allow-Methods: PUT``.

    Where the browser stops before it asks a server, `sent` is empty and `expected` says what the
    page would have to do. `str` says all of it in one sentence.
    """

    __module__ = "aiohttp_cors.testing"  # where users import it from

    reason: BlockReason
    url: str
    preflight: bool
    sent: str
    expected: str

    def __init__(
        self,
        reason: BlockReason,
        url: str,
        preflight: bool,
        sent: str,
        expected: str,
    ) -> None:
        super().__init__(reason, url, preflight, sent, expected)
        self.reason = reason
        self.url = url
        self.preflight = preflight
        self.sent = sent
        self.expected = expected

    @override
    def __str__(self) -> str:
        where = f"preflight for {self.url}" if self.preflight else self.url
        sent = f"the server sent {self.sent}; " if self.sent else ""
        return f"{where}: {self.reason.value}: {sent}expected {self.expected}"


@final
@dataclass(frozen=True, slots=True)
class HttpResponse:
    """The head of an answer as it came: ``HttpResponse(200, (("Vary", "Origin"),))``.

    - `headers`: names in any case and as often as they came; values without whitespace at their
      ends;
    - `text`: how the body begins, where it answers a preflight. No check looks at it; `CorsBlocked`
      shows it, because there servers say what they refuse, with status 403 or 200.
    """

    status: int
    headers: HeaderList = ()
    text: str = ""

    def values(self, name: str) -> tuple[str, ...]:
        """The values of the header `name` (any case), one per line that came."""
        lower = name.lower()
        return tuple(value for other, value in self.headers if other.lower() == lower)

    def get(self, name: str) -> str | None:
        """Fetch's *get*: all values of the header joined by ``", "``; None without the header."""
        values = self.values(name)
        return ", ".join(values) if values else None

    def line(self, name: str) -> str:
        """The header as a line of text, or that it is not there: what an explanation shows."""
        value = self.get(name)
        return self.said(f"{self.status} without {name}" if value is None else f"{name}: {value}")

    def said(self, what: str) -> str:
        """`what` was sent, and what the server said about it in its `text`."""
        return f"{what} ({self.text!r})" if self.text else what


@final
@dataclass(frozen=True, slots=True)
class PreflightAnswer:
    """What a successful preflight allows, and for how many seconds."""

    methods: tuple[str, ...]
    header_names: tuple[str, ...]
    max_age: int


def cors_check(requester: Requester, response: HttpResponse, *, preflight: bool = False) -> None:
    """The *CORS check*; `CorsBlocked` on failure.

    >>> page = Requester("https://app.example", "http://127.0.0.1/", credentials=False)
    >>> cors_check(page, HttpResponse(404, (("access-control-allow-origin", "*"),)))
    """
    name = "Access-Control-Allow-Origin"
    allowed = response.get(name)
    if allowed == _WILDCARD and not requester.credentials:
        return
    if allowed != requester.origin:
        reason = {
            None: BlockReason.ALLOW_ORIGIN_MISSING,
            _WILDCARD: BlockReason.ALLOW_ORIGIN_WILDCARD,
        }.get(allowed, BlockReason.ALLOW_ORIGIN_MISMATCH)
        expected = f"{name}: {requester.origin}"
        raise CorsBlocked(reason, requester.url, preflight, response.line(name), expected)
    name = "Access-Control-Allow-Credentials"
    if requester.credentials and response.get(name) != "true":
        raise CorsBlocked(
            BlockReason.ALLOW_CREDENTIALS,
            requester.url,
            preflight,
            response.line(name),
            f"{name}: true",
        )


def preflight_check(
    requester: Requester,
    method: str,
    headers: HeaderList,
    response: HttpResponse,
    *,
    use_cors_preflight: bool = False,
) -> PreflightAnswer:
    """The checks of a *CORS-preflight fetch* for a request with `method` and `headers`.

    Raises `CorsBlocked` at the first that fails. With `use_cors_preflight`, an absent
    ``Access-Control-Allow-Methods`` stands for `method`, so that there is something to remember.
    """

    def blocked(reason: BlockReason, sent: str, expected: str) -> CorsBlocked:
        return CorsBlocked(reason, requester.url, True, sent, expected)

    cors_check(requester, response, preflight=True)
    if not 200 <= response.status <= 299:
        sent = response.said(str(response.status))
        raise blocked(BlockReason.PREFLIGHT_STATUS, sent, "200 to 299")
    allow_methods = "Access-Control-Allow-Methods"
    allow_headers = "Access-Control-Allow-Headers"
    methods = extract_tokens(response, allow_methods)
    if methods is None:
        sent = response.line(allow_methods)
        raise blocked(BlockReason.PREFLIGHT_METHODS_INVALID, sent, f"{allow_methods}: {method}")
    header_names = extract_tokens(response, allow_headers)
    unsafe = unsafe_request_header_names(headers)
    if header_names is None:
        sent, expected = response.line(allow_headers), f"{allow_headers}: {', '.join(unsafe)}"
        raise blocked(BlockReason.PREFLIGHT_HEADERS_INVALID, sent, expected)
    if use_cors_preflight and not response.values(allow_methods):
        methods = (method,)
    any_method = _WILDCARD in methods and not requester.credentials
    if not (method in methods or method in SAFELISTED_METHODS or any_method):
        sent = response.line(allow_methods)
        raise blocked(BlockReason.METHOD_NOT_ALLOWED, sent, f"{allow_methods}: {method}")
    allowed = {name.lower() for name in header_names}
    any_header = _WILDCARD in allowed and not requester.credentials
    for name in sorted(NON_WILDCARD_REQUEST_HEADERS.intersection(unsafe) - allowed):
        sent, expected = response.line(allow_headers), f"{allow_headers}: {name}"
        raise blocked(BlockReason.NON_WILDCARD_HEADER_NOT_ALLOWED, sent, expected)
    for name in unsafe:
        if name not in allowed and not any_header:
            sent, expected = response.line(allow_headers), f"{allow_headers}: {name}"
            raise blocked(BlockReason.HEADER_NOT_ALLOWED, sent, expected)
    return PreflightAnswer(methods, header_names, _max_age(response))


def readable_headers(
    response: HttpResponse, kind: Literal["basic", "cors"], *, credentials: bool
) -> HeaderList:
    """The headers a script can read: names in lower case, sorted, several values joined by ``", "``.

    `kind` is the response's type: ``basic`` for a same-origin one. `credentials` is true when the
    request's credentials mode was ``include``: then ``*`` exposes nothing.
    """
    names = {name.lower() for name, _ in response.headers} - FORBIDDEN_RESPONSE_HEADERS
    if kind == "cors":
        exposed = extract_tokens(response, "Access-Control-Expose-Headers") or ()
        if credentials or _WILDCARD not in exposed:
            names &= SAFELISTED_RESPONSE_HEADERS | {name.lower() for name in exposed}
    return tuple((name, ", ".join(response.values(name))) for name in sorted(names))


def extract_tokens(response: HttpResponse, name: str) -> tuple[str, ...] | None:
    """*Extract header list values* of a header that is a list of tokens; None: failure.

    Without the header the list is empty. Empty elements are skipped (RFC 9110, section 5.6.1.2).
    """
    values = (value for line in response.values(name) for value in line.split(","))
    tokens = tuple(token for value in values if (token := value.strip("\t ")))
    return tokens if all(map(is_token, tokens)) else None


def _max_age(response: HttpResponse) -> int:
    values = response.values("Access-Control-Max-Age")
    if len(values) != 1 or not _DELTA_SECONDS.fullmatch(values[0]):
        return DEFAULT_MAX_AGE
    if values[0].startswith("-"):
        return 0
    digits = values[0].lstrip("0")
    # Not more digits than the limit has: `int` refuses thousands of them.
    return min(int(digits or "0"), MAX_DELTA_SECONDS) if len(digits) <= 10 else MAX_DELTA_SECONDS
