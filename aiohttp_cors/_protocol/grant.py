"""`Grant`: what one origin is allowed, as ready header values.

Owns: which values are ready before any request.
Leaves to: `aiohttp_cors._protocol.compiled_policy` which origin gets a grant.

Source: Fetch, *HTTP responses* of the CORS protocol, https://fetch.spec.whatwg.org/#http-responses
"""

from typing import Literal, final

from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.policy import Clause


@final
class Grant:
    """What a matched clause allows, as ready header values. Equal only to itself.

    - `allow_origin`: ``"*"`` where the constant is sent instead of the request's origin;
    - `expose`: the value of ``Access-Control-Expose-Headers``, None for no header;
    - `expose_all`: expose what the response has instead of `expose`, which is ``"*"`` then;
    - `allow_headers`: names in upper case; None for any;
    - `allow_headers_value`: all of them as one header value, None where an answer names only the
      requested ones;
    - `allow_methods`: the methods named by the configuration, None where it names none;
    - `any_method`: every method is allowed;
    - `checks_method`: an actual request's method has to be one of `allow_methods`, too;
    - `max_age`: the value of ``Access-Control-Max-Age``, None for no header.
    """

    # Slots: a field of a named tuple takes twice as long to read.
    __slots__ = (
        "allow_credentials",
        "allow_headers",
        "allow_headers_value",
        "allow_methods",
        "allow_origin",
        "any_method",
        "checks_method",
        "expose",
        "expose_all",
        "max_age",
    )

    def __init__(
        self,
        *,
        allow_origin: str | None,
        allow_credentials: bool,
        expose: str | None,
        expose_all: bool,
        allow_headers: frozenset[str] | None,
        allow_headers_value: str | None,
        allow_methods: frozenset[str] | None,
        any_method: bool,
        checks_method: bool,
        max_age: str | None,
    ) -> None:
        self.allow_origin: str | None = allow_origin
        self.allow_credentials: bool = allow_credentials
        self.expose: str | None = expose
        self.expose_all: bool = expose_all
        self.allow_headers: frozenset[str] | None = allow_headers
        self.allow_headers_value: str | None = allow_headers_value
        self.allow_methods: frozenset[str] | None = allow_methods
        self.any_method: bool = any_method
        self.checks_method: bool = checks_method
        self.max_age: str | None = max_age

    @property
    def words(self) -> str:
        """What is allowed, as a person reads it: `` +credentials, exposes X-Request-ID``."""
        headers = (
            "any header" if self.allow_headers is None else ",".join(sorted(self.allow_headers))
        )
        methods = "*" if self.any_method else ",".join(sorted(self.allow_methods or ()))
        said = [
            f"exposes {'*' if self.expose_all else self.expose}"
            if self.expose_all or self.expose
            else "",
            "any header" if self.allow_headers is None else f"headers {headers}" if headers else "",
            f"methods {methods}" if methods else "",
            f"age {self.max_age}" if self.max_age is not None else "",
        ]
        credentials = " +credentials" if self.allow_credentials else ""
        return credentials + "".join(f", {text}" for text in said if text)


def grant_of_clause(clause: Clause, *, constant: bool) -> Grant:
    """What a clause of the fluent API grants; `constant` for any origin alone."""
    methods, headers = clause.allow_methods, clause.allow_headers
    star = constant and clause.expose_headers == "*"
    return Grant(
        allow_origin="*" if constant else None,
        allow_credentials=clause.allow_credentials,
        expose="*" if star or clause.expose_headers == "*" else _value(clause.expose_headers),
        expose_all=clause.expose_headers == "*" and not star,
        allow_headers=_requestable(headers),
        allow_headers_value=_value(headers),
        allow_methods=None if methods == "*" else methods,
        any_method=methods == "*",
        checks_method=methods is not None and methods != "*",
        max_age=None if clause.max_age is None else str(clause.max_age),
    )


def grant_of_options(options: ResourceOptions) -> Grant:
    """What options of the classic API grant."""
    return Grant(
        allow_origin=None,
        allow_credentials=options.allow_credentials,
        expose="*" if options.expose_headers == "*" else _value(options.expose_headers),
        expose_all=options.expose_headers == "*",
        allow_headers=_requestable(options.allow_headers),
        allow_headers_value=None,
        allow_methods=None if options.allow_methods == "*" else options.allow_methods,
        any_method=options.allow_methods == "*",
        checks_method=False,
        max_age=None if options.max_age is None else str(options.max_age),
    )


def _requestable(names: frozenset[str] | Literal["*"]) -> frozenset[str] | None:
    # Nobody can request a "*", which a classic list may hold.
    return None if names == "*" else frozenset(map(str.upper, names)) - {"*"}


def _value(names: frozenset[str] | str) -> str | None:
    return None if isinstance(names, str) or not names else ",".join(sorted(names, key=str.lower))
