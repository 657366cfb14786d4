"""What a page asks for, what a browser sends for it, and what the page gets.

Owns: these three values, and what a script cannot ask for.
Leaves to: `aiohttp_cors.browser.fetch` what follows from what.

Implements, of Fetch:

- *new Request*, its refusals and defaults: https://fetch.spec.whatwg.org/#dom-request
- *use-CORS-preflight flag*: https://fetch.spec.whatwg.org/#use-cors-preflight-flag
- *append* to ``Headers``: https://fetch.spec.whatwg.org/#concept-headers-append
- *filtered response*, its fields: https://fetch.spec.whatwg.org/#concept-filtered-response
"""

import re
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, final, get_args

from aiohttp_cors._values.vocabulary import (
    FORBIDDEN_METHODS,
    SAFELISTED_METHODS,
    is_token,
    normalize_method,
)
from aiohttp_cors.browser.headers import (
    HeaderList,
    is_forbidden_request_header_value,
    is_header_value,
    is_no_cors_safelisted_request_header,
    normalize_value,
)
from aiohttp_cors.browser.url import OPAQUE_ORIGIN, PageUrl, parse_url

RequestMode: TypeAlias = Literal["cors", "no-cors", "same-origin"]
CredentialsMode: TypeAlias = Literal["omit", "same-origin", "include"]
RedirectMode: TypeAlias = Literal["follow", "error", "manual"]
ResponseType: TypeAlias = Literal["basic", "cors", "opaque", "opaqueredirect"]

# What other schemes than http(s) may look like is each browser's own affair.
_OTHER_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.\-]*://[^/?#@\\\s]+")


def is_serialized_origin(text: str) -> bool:
    """True for what a browser may send as ``Origin``, ``null`` included."""
    url = parse_url(text)
    if url is None:
        return text == OPAQUE_ORIGIN
    return text == url.origin if url.is_http else _OTHER_ORIGIN.fullmatch(text) is not None


def require(what: str, value: object, *kinds: type[object]) -> None:
    """Raise a `TypeError` that names `what`, unless `value` is one of `kinds`.

    Type checkers say the same; a test without annotations has none.

    >>> require("origin", None, str)
    Traceback (most recent call last):
    ...
    TypeError: origin is not a str: None
    """
    if not isinstance(value, kinds):
        raise TypeError(f"{what} is not a {' or '.join(k.__name__ for k in kinds)}: {value!r}")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """A call of ``fetch``: ``PageRequest(url=..., origin="https://app.example", method="put")``.

    - `url`: absolute;
    - `origin`: the page's, serialized, or ``null`` for a page with an opaque origin;
    - `method`: as the script writes it; the six names of the standard are upper-cased here;
    - `headers`: as the script writes them; those it cannot set are dropped here, without a word,
      and `body_type` and the default ``Accept`` are added;
    - `body`, `body_type`: what is sent, and the ``Content-Type`` that comes with that kind of body
      unless the script sets one;
    - `is_stream`: the body is a ``ReadableStream``;
    - `upload_listener`: it is an ``XMLHttpRequest`` whose ``upload`` has a listener.

    Raises `TypeError` where ``fetch`` rejects the call itself: a forbidden method, a name that is
    no token, a body with ``GET`` or ``HEAD``, a URL with a password, another method than ``GET``,
    ``HEAD`` and ``POST`` in mode ``no-cors``, a stream in mode ``no-cors``, an upload listener in
    another mode than ``cors``; and for what is no text. `ValueError` for an `origin`
    that is none.
    """

    url: str
    origin: str
    method: str = "GET"
    headers: HeaderList = ()
    body: bytes | None = None
    body_type: str | None = None
    mode: RequestMode = "cors"
    credentials: CredentialsMode = "same-origin"
    redirect: RedirectMode = "follow"
    is_stream: bool = False
    upload_listener: bool = False
    parsed_url: PageUrl = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        require("url", self.url, str)
        require("origin", self.origin, str)
        require("method", self.method, str)
        for value, alias in (
            (self.mode, RequestMode),
            (self.credentials, CredentialsMode),
            (self.redirect, RedirectMode),
        ):
            if value not in get_args(alias):
                raise TypeError(f"{value!r} is none of {', '.join(get_args(alias))}")
        if not is_serialized_origin(self.origin):
            raise ValueError(f"{self.origin!r} is no origin; one is https://app.example, without /")
        url = parse_url(self.url)
        if url is None or url.includes_credentials:
            raise TypeError(f"not a URL, or one with a user name or a password: {self.url!r}")
        if not is_token(self.method) or self.method.upper() in FORBIDDEN_METHODS:
            raise TypeError(f"a script cannot send the method {self.method!r}")
        method = normalize_method(self.method)
        if self.mode == "no-cors" and method not in SAFELISTED_METHODS:
            raise TypeError(f"a request whose mode is no-cors cannot send the method {method}")
        if self.body is not None and method in {"GET", "HEAD"}:
            raise TypeError(f"a {method} request has no body")
        if self.mode == "no-cors" and self.is_stream:
            raise TypeError("a request whose mode is no-cors cannot stream its body")
        if self.upload_listener and (self.mode, self.redirect) != ("cors", "follow"):
            raise TypeError("only XMLHttpRequest has upload listeners: mode cors, redirect follow")
        object.__setattr__(self, "parsed_url", url)
        object.__setattr__(self, "method", method)
        object.__setattr__(self, "headers", self._sendable_headers())

    @property
    def use_cors_preflight(self) -> bool:
        """The *use-CORS-preflight flag*: another origin is asked first, whatever is sent."""
        return self.upload_listener or self.is_stream

    def _sendable_headers(self) -> HeaderList:
        kept: list[tuple[str, str]] = []
        for name, value in self.headers:
            require("a header's name", name, str)
            require(f"the value of {name}", value, str)
            self._append(kept, name, value)
        names = {name.lower() for name, _ in kept}
        if self.body_type is not None and "content-type" not in names:
            self._append(kept, "Content-Type", self.body_type)
        if "accept" not in names:
            kept.append(("Accept", "*/*"))
        return tuple(kept)

    def _append(self, kept: list[tuple[str, str]], name: str, value: str) -> None:
        value = normalize_value(value)
        if not is_token(name) or not is_header_value(value):
            raise TypeError(f"not a header: {name!r}: {value!r}")
        if is_forbidden_request_header_value(name, value):
            return
        if self.mode == "no-cors":
            earlier = [other for known, other in kept if known.lower() == name.lower()]
            if not is_no_cors_safelisted_request_header(name, ", ".join([*earlier, value])):
                return
        kept.append((name, value))


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One request as the browser sends it, but for what HTTP itself adds (``Host``, ``Cookie``).

    - `url`: without fragment, user name and password;
    - `credentials`: cookies go with it, and those in its answer are kept;
    - `preflight`: it is a *CORS-preflight request*.
    """

    method: str
    url: str
    headers: HeaderList
    body: bytes | None
    credentials: bool
    preflight: bool


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PageResponse:
    """What the script gets: a *filtered response*.

    - `type`: ``opaque`` and ``opaqueredirect`` show nothing of the answer: `status` is 0, `headers`
      are empty, the body is empty;
    - `headers`: names in lower case, sorted, each once, several values joined by ``", "``;
    - `url`: of the last request, without fragment; empty when `type` is ``opaque``;
    - `redirected`: the answer came after a redirect.
    """

    type: ResponseType
    status: int = 0
    headers: HeaderList = ()
    url: str = ""
    redirected: bool = False

    @property
    def has_body(self) -> bool:
        """True when the script can read the body that came."""
        return self.type in {"basic", "cors"}
