"""`Question`: the request of a page that an explanation is about, as the browser would send it.

Owns: what a caller may ask about, and what the browser makes of it before it asks any server.
Leaves to: `aiohttp_cors.browser.headers` which headers need permission.

Implements, of Fetch:

- *normalize* a method: https://fetch.spec.whatwg.org/#concept-method-normalize
- *forbidden method*: https://fetch.spec.whatwg.org/#forbidden-method
- *forbidden request-header*: https://fetch.spec.whatwg.org/#forbidden-request-header
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeGuard, final

from yarl import URL

from aiohttp_cors._values.errors import CorsConfigError, Problem
from aiohttp_cors._values.origins import OriginPattern, parse_origin
from aiohttp_cors._values.vocabulary import (
    FORBIDDEN_METHODS,
    SAFELISTED_METHODS,
    is_token,
    normalize_method,
)
from aiohttp_cors.browser.headers import (
    is_forbidden_request_header_value,
    normalize_value,
    unsafe_request_header_names,
)

_METHOD: Final = "a method is an HTTP token"
_NAME: Final = "a header is a name, or a name and a value: Content-Type: application/json"
_PATH: Final = "a path begins with one '/', and a URL with http:// or https://"
_PATTERN: Final = "a page has one origin, and no pattern"
# No value that is safelisted has this byte: a name alone counts as one that needs permission.
_UNKNOWN: Final = "\x7f"
# What pages do have, and no policy may name.
_VISIBLE: Final = re.compile("[!-~]*")
_OPAQUE: Final = frozenset({"null", "file://"})


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A call of ``fetch`` with mode ``cors`` by a page of `origin`.

    - `method`: as the browser sends it;
    - `path`: with the query, ``/users?page=2``;
    - `host`: the server's origin, ``https://api.example.com``; empty where only a path was given;
    - `headers`: the names that need permission, lower case, sorted;
    - `safelisted`: the names that need none; `dropped`: those that no script can set;
    - `credentials`: the request includes cookies, client certificates and HTTP authentication.
    """

    method: str
    path: str
    host: str
    origin: str
    headers: tuple[str, ...]
    safelisted: tuple[str, ...]
    dropped: tuple[str, ...]
    credentials: bool

    @property
    def url(self) -> str:
        """The URL as a console shows it, with ``...`` for a host that was not given."""
        return (self.host or "https://...") + self.path

    @property
    def is_forbidden(self) -> bool:
        """Whether no script can send the method."""
        return self.method.upper() in FORBIDDEN_METHODS

    @property
    def is_same_origin(self) -> bool:
        """Whether page and server have one origin: then nothing is checked."""
        return self.host == self.origin

    @property
    def has_unsafe_method(self) -> bool:
        """Whether the method alone makes the browser ask first."""
        return self.method not in SAFELISTED_METHODS

    @property
    def needs_preflight(self) -> bool:
        """Whether the browser asks first."""
        return self.has_unsafe_method or bool(self.headers)


def question(
    method: str,
    path: str,
    *,
    origin: str,
    headers: Iterable[str] | Mapping[str, str] = (),
    credentials: bool = False,
) -> Question:
    """The question that a caller asks.

    `headers` are names, ``"X-CSRF-Token"``, or names with values, ``"Content-Type: text/plain"``. A
    name alone stands for a value that needs permission.

    Raises `CorsConfigError` for what no page can ask: *invalid* for a method or a name that is no
    token, for an origin that no browser sends, for what is no path.
    """
    given = list(headers)
    if _is_mapping(headers):
        given = [f"{name}: {value}" for name, value in headers.items()]
    problems: list[Problem] = []
    if not is_token(method):
        problems.append(Problem("method", method, "invalid", _METHOD, ""))
    host, rest = _split(path)
    if not rest.startswith("/") or rest.startswith("//"):
        problems.append(Problem("path", path, "invalid", _PATH, ""))
    parsed = parse_origin(origin)
    if isinstance(parsed, OriginPattern):
        problems.append(Problem("origin", origin, "invalid", _PATTERN, ""))
    elif isinstance(parsed, Problem) and origin not in _OPAQUE:
        problems.append(parsed)
    lines: list[tuple[str, str]] = []
    for text in given:
        name, colon, value = text.partition(":")
        if not is_token(name):
            problems.append(Problem("headers", text, "invalid", _NAME, ""))
        lines.append((name, normalize_value(value) if colon else _UNKNOWN))
    if problems:
        raise CorsConfigError(problems)
    sent = [line for line in lines if not is_forbidden_request_header_value(*line)]
    unsafe = unsafe_request_header_names(sent)
    names = {name.lower() for name, _ in sent}
    return Question(
        method=normalize_method(method),
        path=rest,
        host=host,
        origin=origin,
        headers=unsafe,
        safelisted=tuple(sorted(names.difference(unsafe))),
        dropped=tuple(sorted({name.lower() for name, _ in lines} - names)),
        credentials=credentials,
    )


def _is_mapping(headers: object) -> TypeGuard[Mapping[str, str]]:
    return isinstance(headers, Mapping)


def _split(text: str) -> tuple[str, str]:
    """The origin of a URL, and the rest of it as it is sent; of a path no origin."""
    if not text.startswith(("http://", "https://")):
        return "", _spelled(text)
    scheme, _, rest = text.partition("://")
    authority, _, path = rest.partition("/")
    try:
        return str(URL(f"{scheme}://{authority}").origin()), _spelled(f"/{path}")
    except ValueError:
        return "", ""


def _spelled(path: str) -> str:
    """A path as a browser sends it: without fragment, and what is no URL percent-encoded."""
    path = path.partition("#")[0]
    return path if _VISIBLE.fullmatch(path) else URL(path).raw_path_qs
