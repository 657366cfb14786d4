"""Nothing but incorrect examples: a row for each thing that no configuration may say.

Every row is a call and all the problems it has. Expectations from the contract (*Origin grammar*,
*Names*) and from Fetch; the examples that are right are in the tests of each module.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, TypeAlias, final

import pytest
from aiohttp import web
from yarl import URL

from aiohttp_cors import (
    AnyOriginRule,
    Cors,
    CorsConfig,
    CorsConfigError,
    CredentialedRule,
    LiveOrigins,
    OriginRule,
    Policy,
    Problem,
    ResourceOptions,
    setup,
)
from aiohttp_cors._values.errors import Reason
from aiohttp_cors._values.names import (
    parse_max_age,
    parse_method,
    parse_request_header,
    parse_response_header,
)
from aiohttp_cors._values.origins import parse_origin
from tests.hints import SWITCH, is_step, values_of
from tests.integration.support import hello

A: Final = "https://a.example"
LONG: Final = "x" * 63
WHERE: Final = ".origin_where"

Call: TypeAlias = Callable[[Cors], object]
Refused: TypeAlias = tuple[str, str, Reason] | tuple[str, str, Reason, str]
"""Field, value and reason of a problem; and its hint, where the contract says which it is."""


@final
@dataclass(frozen=True, slots=True)
class Row:
    name: str
    call: Call
    problems: tuple[Refused, ...]


def row(name: str, call: Call, *problems: Refused) -> Row:
    return Row(name, call, problems)


def untyped(state: object, step: str, *values: object, **options: object) -> object:
    """A call that no type checker lets pass; people run programs unchecked, too."""
    bound: Callable[..., object] = getattr(state, step)
    return bound(*values, **options)


def step_with(step: str, *values: object) -> Call:
    return lambda cors: untyped(cors.origin(A), step, *values)


def origin(text: str, reason: Reason, hint: str | None = None) -> Row:
    problem = ("origin", text, reason) if hint is None else ("origin", text, reason, hint)
    return row(f"origin {text!r}", lambda cors: cors.origin(text), problem)


def nothing() -> list[str]:
    return []


SHAPE: Final = [
    origin("", "invalid", ""),
    origin("localhost:3000", "invalid", "http://localhost:3000"),
    origin("192.168.0.7:3000", "invalid", "http://192.168.0.7:3000"),
    origin('["https://a.example"]', "invalid", A),
    origin('["https://a.example/", "b.example"]', "invalid", f"'{A}', 'https://b.example'"),
    origin("a.example", "invalid", A),
    origin("//a.example", "invalid"),
    origin("https:/a.example", "invalid"),
    origin("https:a.example", "invalid"),
    origin("https://", "invalid"),
    origin("://a.example", "invalid"),
    origin("https://a.example/", "invalid", A),
    origin("https://a.example/path", "invalid", A),
    origin("https://a.example?query", "invalid", A),
    origin("https://a.example#fragment", "invalid", A),
    origin("https://user@a.example", "invalid", A),
    origin("https://user:password@a.example:8443", "invalid", f"{A}:8443"),
    origin(" https://a.example", "invalid", A),
    origin("https://a.example ", "invalid", A),
    origin("https://a.example\n", "invalid", A),
    origin("https://a .example", "invalid"),
    origin(f"{A},https://b.example", "invalid", f"'{A}', 'https://b.example'"),
    origin("https://a.example\\", "invalid", A),
    origin("https://a.example\x00", "invalid"),
]

SCHEMES: Final = [
    origin("HTTPS://a.example", "invalid", A),
    origin("1https://a.example", "invalid"),
    origin("+https://a.example", "invalid"),
    origin("ht_tps://a.example", "invalid"),
    origin("httpſ://a.example", "invalid"),
    origin(f"{'s' * 65}://a.example", "invalid"),
    origin("*://a.example", "invalid"),
    origin("ws://localhost:3000", "invalid", "http://localhost:3000"),
    origin("wss://a.example", "invalid", A),
    origin("wss://*.a.example:*", "invalid", "https://*.a.example:*"),
    origin("ftp://a.example", "invalid", A),
    origin("null", "prohibited", ""),
    origin("file://", "prohibited"),
    origin("file:///", "prohibited"),
    origin("file://a.example", "prohibited"),
]

HOSTS: Final = [
    origin("https://A.Example", "invalid", A),
    origin("https://bücher.example", "invalid", "https://xn--bcher-kva.example"),
    origin("https://straße.example", "invalid"),
    origin("https://a..example", "invalid"),
    origin("https://.a.example", "invalid"),
    origin("https://a.example..", "invalid"),
    origin("https://.", "invalid"),
    origin("https://a!.example", "invalid"),
    origin("https://a%2eexample", "invalid"),
    origin(f"https://{LONG}x.example", "invalid"),
    origin(f"https://{'.'.join([LONG] * 4)}", "invalid"),
    origin("https://1.2.3", "invalid"),
    origin("https://1.2.3.4.5", "invalid"),
    origin("https://1.2.3.256", "invalid"),
    origin("https://01.2.3.4", "invalid"),
    origin("https://0x7f.0.0.1", "invalid"),
    origin("https://2130706433", "invalid"),
    origin("https://a.1b", "invalid"),
    origin("https://::1", "invalid"),
    origin("https://[::1", "invalid"),
    origin("https://[]", "invalid"),
    origin("https://[::g]", "invalid"),
    origin("https://[0:0:0:0:0:0:0:1]", "invalid", "https://[::1]"),
    origin("https://[2001:DB8::1]", "invalid", "https://[2001:db8::1]"),
    origin("https://[fe80::1%25eth0]", "invalid"),
    origin("https://[fe80::1%eth0]", "invalid"),
    origin("https://[::ffff:1.2.3.4]", "invalid", "https://[::ffff:102:304]"),
]

PORTS: Final = [
    origin("https://a.example:", "invalid", A),
    origin("https://a.example:0", "invalid"),
    origin("https://a.example:65536", "invalid"),
    origin("https://a.example:0443", "invalid", A),
    origin("https://a.example:08443", "invalid", f"{A}:8443"),
    origin("https://a.example:-1", "invalid"),
    origin("https://a.example:x", "invalid"),
    origin("https://a.example:٨٠", "invalid"),
    origin("https://a.example:443", "invalid", A),
    origin("http://a.example:80", "invalid", "http://a.example"),
    origin("ws://a.example:80", "invalid", "http://a.example"),
    origin("wss://a.example:443", "invalid", A),
    origin("ftp://a.example:21", "invalid", A),
    origin("https://[::1]:443", "invalid", "https://[::1]"),
]

PATTERNS: Final = [
    origin("https://*", "invalid", WHERE),
    origin("https://app-*.example.com", "invalid", WHERE),
    origin("https://*-team.vercel.app", "invalid", WHERE),
    origin("chrome-extension://*", "invalid", WHERE),
    origin(r"^https://.*\.example\.com$", "invalid", WHERE),
    origin("https://*:*", "invalid"),
    origin("https://*.", "invalid"),
    origin("https://*a.example", "invalid", "https://*.a.example"),
    origin("https://a.*.example", "invalid"),
    origin("https://a.example.*", "invalid"),
    origin("https://a*.example", "invalid"),
    origin("https://*.*.a.example", "invalid"),
    origin("https://**.a.example", "invalid"),
    origin("https://*.a.example/", "invalid", "https://*.a.example"),
    origin("https://*.A.example", "invalid", "https://*.a.example"),
    origin("https://*.a.example:443", "invalid", "https://*.a.example"),
    origin("https://*.a.example:80*", "invalid"),
    origin("https://a.example:**", "invalid"),
    origin("https://*.1.2.3.4", "invalid"),
    origin("https://*.[::1]", "invalid"),
    origin(f"https://*.{'.'.join([LONG, LONG, LONG, 'x' * 61])}", "invalid"),
    origin("http*://a.example", "invalid"),
    origin("https://*.com", "prohibited", WHERE),
    origin("https://*.com:*", "prohibited"),
    origin("https://*.com:8443", "prohibited"),
    origin("https://*.com.", "prohibited"),
    origin("https://*.internal", "prohibited"),
]

SEVERAL_ORIGINS: Final = [
    row("no origin", lambda cors: cors.origin(*nothing()), ("origin", "", "missing")),
    row(
        "no origin in a second clause",
        lambda cors: cors.any_origin().origin(*nothing()),
        ("origin", "", "missing"),
    ),
    row("an origin twice", lambda cors: cors.origin(A, A), ("origin", A, "conflicting")),
    row(
        "an origin in two clauses",
        lambda cors: cors.origin(A).origin("https://b.example", A),
        ("origin", A, "conflicting"),
    ),
    row(
        "a pattern in two clauses",
        lambda cors: cors.origin("https://*.a.example").origin("https://*.a.example"),
        ("origin", "https://*.a.example", "conflicting"),
    ),
    row(
        "any origin twice",
        lambda cors: cors.any_origin().any_origin(),
        ("origin", "*", "conflicting"),
    ),
    row(
        "any origin in both spellings",
        lambda cors: cors.origin("*").origin(A).any_origin(),
        ("origin", "*", "conflicting"),
    ),
    row(
        "a star beside an origin",
        lambda cors: cors.origin(A, "*"),
        ("origin", "*", "conflicting"),
    ),
    row(
        "a star before an origin",
        lambda cors: untyped(cors, "origin", "*", A),
        ("origin", "*", "conflicting"),
    ),
    row(
        "two stars",
        lambda cors: untyped(cors, "origin", "*", "*"),
        ("origin", "*", "conflicting"),
        ("origin", "*", "conflicting"),
    ),
    row(
        "all that is wrong with a call",
        lambda cors: cors.origin("https://a.example/", A, "null", "https://*.com", "*"),
        ("origin", "https://a.example/", "invalid"),
        ("origin", "null", "prohibited"),
        ("origin", "https://*.com", "prohibited"),
        ("origin", "*", "conflicting"),
    ),
    row(
        "origins that are no strings",
        lambda cors: untyped(cors, "origin", 3, None, b"https://a.example", [A]),
        ("origin", "3", "invalid"),
        ("origin", "None", "invalid"),
        ("origin", "b'https://a.example'", "invalid"),
        ("origin", f"[{A!r}]", "invalid", f"*[{A!r}]"),
    ),
    row(
        "origins as URL objects and bytes",
        lambda cors: untyped(cors, "origin", URL(f"{A}/"), URL("null"), A.encode()),
        ("origin", repr(URL(f"{A}/")), "invalid", A),
        ("origin", repr(URL("null")), "invalid", ""),
        ("origin", repr(A.encode()), "invalid", A),
    ),
    row(
        "a regular expression and a function",
        lambda cors: untyped(cors, "origin", re.compile("^https://"), str.isascii),
        ("origin", repr(re.compile("^https://")), "invalid", WHERE),
        ("origin", repr(str.isascii), "invalid", WHERE),
    ),
    row(
        "a star of the settings and credentials",
        lambda cors: untyped(cors.origin(*["*"]), "allow_credentials"),
        ("allow_credentials", "*", "prohibited", ".origin"),
    ),
    row(
        "a star of the settings, and credentials over http",
        lambda cors: untyped(cors.origin(*["*"]), "allow_credentials", dangerously_over_http=True),
        ("allow_credentials", "*", "prohibited", ".origin"),
    ),
    row(
        "a target before an origin",
        lambda cors: untyped(cors, "on", web.Application().router.add_resource("/")),
        ("origin", "", "missing", ".origin"),
    ),
    row(
        "everything before an origin",
        lambda cors: untyped(cors, "everywhere", excluding=[]),
        ("origin", "", "missing", ".origin"),
    ),
    row(
        "a list of origins",
        lambda cors: untyped(cors, "origin", [A, "https://*.b.example"]),
        (
            "origin",
            f"[{A!r}, 'https://*.b.example']",
            "invalid",
            f"*[{A!r}, 'https://*.b.example']",
        ),
    ),
    row(
        "a tuple and a set of origins",
        lambda cors: untyped(cors, "origin", (A,), {A}),
        ("origin", f"({A!r},)", "invalid", f"*[{A!r}]"),
        ("origin", f"{{{A!r}}}", "invalid", f"*[{A!r}]"),
    ),
    row(
        "collections that would not do if they were unpacked",
        lambda cors: untyped(cors, "origin", [], [A, "null"], {A: 1}, [[A]]),
        ("origin", "[]", "invalid", ""),
        ("origin", f"[{A!r}, 'null']", "invalid", ""),
        ("origin", f"{{{A!r}: 1}}", "invalid", ""),
        ("origin", f"[[{A!r}]]", "invalid", f"*[{A!r}]"),
    ),
    row(
        "a predicate that cannot be called",
        lambda cors: untyped(cors, "origin_where", A),
        ("origin", repr(A), "invalid", f".origin({A!r})"),
    ),
]


# What is only known, and checked, at run time.
live_set: Callable[..., LiveOrigins] = LiveOrigins


def the_same_live_set_twice(cors: Cors) -> object:
    live = LiveOrigins([A])
    return cors.origin(live).origin(live)


def the_same_predicate_twice(cors: Cors) -> object:
    return cors.origin_where(str.isascii).any_origin().origin_where(str.isascii)


def added(origin: str) -> Call:
    return lambda _: LiveOrigins([A]).add(origin)


LIVE_SETS: Final = [
    row(
        "members of a live set",
        lambda _: LiveOrigins(["https://a.example/", "null", A, "*", "https://*.com"]),
        ("origin", "https://a.example/", "invalid", A),
        ("origin", "null", "prohibited"),
        ("origin", "*", "invalid"),
        ("origin", "https://*.com", "prohibited"),
    ),
    row(
        "a live member over http",
        lambda _: LiveOrigins(["http://a.example", "http://localhost:3000"]),
        ("origin", "http://a.example", "prohibited", f"{A}, or {SWITCH}"),
    ),
    row(
        "a live pattern over http",
        lambda _: LiveOrigins(["http://*.a.example"]),
        ("origin", "http://*.a.example", "prohibited", f"https://*.a.example, or {SWITCH}"),
    ),
    row(
        "an invalid member in spite of the switch",
        lambda _: LiveOrigins(["http://a.example/"], dangerously_over_http=True),
        ("origin", "http://a.example/", "invalid", "http://a.example"),
    ),
    row(
        "a live member added",
        added("https://b.example:443"),
        ("origin", "https://b.example:443", "invalid"),
    ),
    row(
        "live members replaced",
        lambda _: LiveOrigins([A]).replace(["http://a.example", "file://"]),
        ("origin", "http://a.example", "prohibited"),
        ("origin", "file://", "prohibited"),
    ),
    row("a bare string", lambda _: LiveOrigins(A), ("origins", A, "invalid", f"[{A!r}]")),
    row(
        "an empty setting for a live set",
        lambda _: LiveOrigins(""),
        ("origins", "", "invalid", ""),
    ),
    row(
        "bytes for a live set",
        lambda _: live_set(A.encode()),
        ("origins", repr(A.encode()), "invalid", f"[{A!r}]"),
    ),
    row(
        "a misspelt revocation",
        lambda _: LiveOrigins(["http://intranet.example"], dangerously_over_http=True).discard(
            "http://intranet.example/"
        ),
        ("origin", "http://intranet.example/", "invalid", "http://intranet.example"),
    ),
    row(
        "a revocation of what can be no member",
        lambda _: LiveOrigins([A]).discard("http://a.example"),
        ("origin", "http://a.example", "prohibited", f"{A}, or {SWITCH}"),
    ),
    row(
        "a revocation of several",
        lambda _: untyped(LiveOrigins([A]), "discard", [A]),
        ("origin", f"[{A!r}]", "invalid", f"*[{A!r}]"),
    ),
    row(
        "credentials for a live set over http",
        lambda cors: cors.origin(
            A, LiveOrigins([], dangerously_over_http=True)
        ).allow_credentials(),
        (
            "allow_credentials",
            "LiveOrigins([], dangerously_over_http=True)",
            "prohibited",
            SWITCH,
        ),
    ),
    row(
        "nothing for a live set",
        lambda _: live_set(None),
        ("origins", "None", "invalid", ""),
    ),
    row(
        "a number for a live set, later",
        lambda _: untyped(LiveOrigins([A]), "replace", 3),
        ("origins", "3", "invalid", ""),
    ),
    row(
        "live members that are no strings",
        lambda _: live_set([A, None, [A], {}]),
        ("origin", "None", "invalid"),
        ("origin", f"[{A!r}]", "invalid"),
        ("origin", "{}", "invalid"),
    ),
    row(
        "a list added to a live set",
        lambda _: untyped(LiveOrigins([A]), "add", [A]),
        ("origin", f"[{A!r}]", "invalid"),
    ),
    row(
        "a live set whose switch is text",
        lambda _: live_set(["http://a.example"], dangerously_over_http="false"),
        ("dangerously_over_http", "'false'", "invalid", "False"),
    ),
    row(
        "a live set whose switch is a number",
        lambda _: live_set([A], dangerously_over_http=0),
        ("dangerously_over_http", "0", "invalid", "False"),
    ),
]

CREDENTIALS: Final = [
    row(
        "credentials over http",
        lambda cors: cors.origin("http://a.example").allow_credentials(),
        ("allow_credentials", "http://a.example", "prohibited", f"{A}, or {SWITCH}"),
    ),
    row(
        "credentials over http, a pattern",
        lambda cors: cors.origin("http://*.a.example:*").allow_credentials(),
        (
            "allow_credentials",
            "http://*.a.example:*",
            "prohibited",
            f"https://*.a.example:*, or {SWITCH}",
        ),
    ),
    row(
        "credentials over http to what only looks like loopback",
        lambda cors: cors.origin(
            "http://localhost.example",
            "http://127.0.0.1.example",
            "http://128.0.0.1",
            "http://[::2]",
            "http://xlocalhost",
        ).allow_credentials(),
        ("allow_credentials", "http://localhost.example", "prohibited"),
        ("allow_credentials", "http://127.0.0.1.example", "prohibited"),
        ("allow_credentials", "http://128.0.0.1", "prohibited"),
        ("allow_credentials", "http://[::2]", "prohibited"),
        ("allow_credentials", "http://xlocalhost", "prohibited"),
    ),
    row(
        "credentials over http, beside origins that are fine",
        lambda cors: cors.origin(A, "http://b.example", "http://localhost").allow_credentials(),
        ("allow_credentials", "http://b.example", "prohibited", f"https://b.example, or {SWITCH}"),
    ),
    row(
        "credentials over http to an address, which has no certificate",
        lambda cors: cors.origin("http://192.168.0.7:3000").allow_credentials(),
        ("allow_credentials", "http://192.168.0.7:3000", "prohibited", SWITCH),
    ),
    row(
        "credentials over http by a text of the settings",
        lambda cors: untyped(
            cors.origin("http://a.example"), "allow_credentials", dangerously_over_http="false"
        ),
        ("dangerously_over_http", "'false'", "invalid", "False"),
    ),
    row(
        "credentials with a switch that is None, and would not be needed",
        lambda cors: untyped(cors.origin(A), "allow_credentials", dangerously_over_http=None),
        ("dangerously_over_http", "None", "invalid", ""),
    ),
]


def each_is(step: str, field: str, reason: Reason, *names: str) -> Row:
    problems: list[Refused] = [(field, name, reason) for name in names]
    return row(f"{step}: {reason}", step_with(step, *names), *problems)


# No token: empty, with a space, a separator, a control, or a letter beyond ASCII.
NO_TOKENS: Final = ("", "X A", "X-A,X-B", "X:A", "X\tA", "X-Ä", "ſ", "X\r\nA")

NAMES: Final = [
    each_is("allow_methods", "allow_methods", "invalid", *NO_TOKENS),
    each_is("allow_headers", "allow_headers", "invalid", *NO_TOKENS),
    each_is("expose", "expose_headers", "invalid", *NO_TOKENS),
    each_is("allow_methods", "allow_methods", "forbidden", "CONNECT", "TRACE", "TRACK", "trace"),
    each_is(
        "allow_headers",
        "allow_headers",
        "forbidden",
        "Accept-Charset",
        "Accept-Encoding",
        "Access-Control-Request-Headers",
        "Access-Control-Request-Method",
        "Connection",
        "Content-Length",
        "Cookie",
        "Cookie2",
        "Date",
        "DNT",
        "Expect",
        "Host",
        "Keep-Alive",
        "Origin",
        "Referer",
        "Set-Cookie",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Via",
        "Proxy-Authorization",
        "proxy-x",
        "Sec-Fetch-Mode",
        "sec-",
    ),
    each_is("expose", "expose_headers", "forbidden", "Set-Cookie", "Set-Cookie2", "set-cookie"),
    each_is(
        "allow_headers",
        "allow_headers",
        "prohibited",
        "Access-Control-Allow-Origin",
        "Access-Control-Allow-Credentials",
        "Access-Control-Allow-Methods",
        "Access-Control-Allow-Headers",
        "Access-Control-Expose-Headers",
        "access-control-max-age",
    ),
    each_is(
        "expose",
        "expose_headers",
        "prohibited",
        "Origin",
        "Access-Control-Request-Method",
        "access-control-request-headers",
    ),
    row(
        "allow_methods: a star",
        step_with("allow_methods", "GET", "*"),
        ("allow_methods", "*", "prohibited", ".allow_any_method"),
    ),
    row(
        "allow_headers: a star",
        step_with("allow_headers", "*"),
        ("allow_headers", "*", "prohibited", ".allow_any_header"),
    ),
    row(
        "expose: a star",
        step_with("expose", "*", "X-A"),
        ("expose_headers", "*", "prohibited", ".expose_all"),
    ),
    row("allow_methods: none", step_with("allow_methods"), ("allow_methods", "", "missing")),
    row("allow_headers: none", step_with("allow_headers"), ("allow_headers", "", "missing")),
    row("expose: none", step_with("expose"), ("expose_headers", "", "missing")),
    row(
        "names that are no strings",
        step_with("allow_headers", 3, None, b"X-A", ["X-A"]),
        ("allow_headers", "3", "invalid"),
        ("allow_headers", "None", "invalid"),
        ("allow_headers", "b'X-A'", "invalid"),
        ("allow_headers", "['X-A']", "invalid", "*['X-A']"),
    ),
    row(
        "a list of request headers",
        step_with("allow_headers", "X-A", ["X-B", "X-C"], ["Cookie"]),
        ("allow_headers", "['X-B', 'X-C']", "invalid", "*['X-B', 'X-C']"),
        ("allow_headers", "['Cookie']", "invalid", ""),
    ),
    row(
        "a tuple of methods",
        step_with("allow_methods", ("GET", "POST")),
        ("allow_methods", "('GET', 'POST')", "invalid", "*['GET', 'POST']"),
    ),
    row(
        "a frozenset of response headers",
        step_with("expose", frozenset({"ETag"})),
        ("expose_headers", "frozenset({'ETag'})", "invalid", "*['ETag']"),
    ),
    row(
        "names in one text",
        step_with("allow_headers", "X-A, X-B", "X CSRF"),
        ("allow_headers", "X-A, X-B", "invalid", "'X-A', 'X-B'"),
        ("allow_headers", "X CSRF", "invalid", "X-CSRF"),
    ),
    row(
        "methods in one text",
        step_with("allow_methods", "GET,POST"),
        ("allow_methods", "GET,POST", "invalid", "'GET', 'POST'"),
    ),
    row(
        "methods in lower case",
        step_with("allow_methods", "get", "patch", "Propfind"),
        ("allow_methods", "patch", "invalid", "PATCH"),
        ("allow_methods", "Propfind", "invalid", "PROPFIND"),
    ),
    row(
        "all that is wrong with the names of a call",
        step_with("allow_headers", "Cookie", "X-A", "*", "X:A"),
        ("allow_headers", "Cookie", "forbidden", ".allow_credentials"),
        ("allow_headers", "*", "prohibited", ".allow_any_header"),
        ("allow_headers", "X:A", "invalid"),
    ),
    row(
        "methods after any method",
        lambda cors: cors.origin(A).allow_any_method().allow_methods("GET"),
        ("allow_methods", "GET", "conflicting"),
    ),
    row(
        "any method after methods",
        lambda cors: cors.origin(A).allow_methods("GET").allow_any_method(),
        ("allow_methods", "allow_any_method", "conflicting"),
    ),
    row(
        "headers after any header",
        lambda cors: cors.origin(A).allow_any_header().allow_headers("X-A", "X-B"),
        ("allow_headers", "X-A, X-B", "conflicting"),
    ),
    row(
        "any header after headers",
        lambda cors: cors.any_origin().allow_headers("X-A").allow_any_header(),
        ("allow_headers", "allow_any_header", "conflicting"),
    ),
    row(
        "expose after expose_all",
        lambda cors: cors.origin(A).expose_all().expose("X-A"),
        ("expose_headers", "X-A", "conflicting"),
    ),
    row(
        "expose_all after expose",
        lambda cors: cors.origin(A).expose("X-A").expose_all(),
        ("expose_headers", "expose_all", "conflicting"),
    ),
]


def age(value: object, hint: str | None = None) -> Row:
    shown = repr(value)
    call = step_with("max_age", value)
    if hint is None:
        return row(f"max_age {shown}", call, ("max_age", shown, "invalid"))
    return row(f"max_age {shown}", call, ("max_age", shown, "invalid", hint))


AGES: Final = [
    age(-1, "0"),
    age(-5, "0"),
    age("", ""),
    age(86401, "86400"),
    age(timedelta(days=1, seconds=1), "86400"),
    age(timedelta(seconds=-1), "0"),
    age(timedelta(milliseconds=1), "1"),
    age(1.5, "2"),
    age(True, ""),
    age("60", "60"),
    age(None, ""),
    row(
        "an age of so many digits that Python writes none",
        step_with("max_age", 10**6000),
        ("max_age", "int of 19932 bits", "invalid", "86400"),
    ),
    row(
        "an age before time of so many digits",
        step_with("max_age", -(10**6000)),
        ("max_age", "int of 19932 bits", "invalid", "0"),
    ),
    row(
        "max_age twice",
        lambda cors: cors.origin(A).max_age(1).max_age(2),
        ("max_age", "2", "conflicting"),
    ),
]


def mapping(config: object) -> Call:
    return lambda cors: untyped(cors, "use", config)


MAPPINGS: Final = [
    row("a policy that is none", mapping(A), ("policy", repr(A), "invalid", "")),
    row("no policy", mapping(None), ("policy", "None", "invalid", "")),
    row(
        "names that are a number",
        mapping({A: {"allow_headers": 3}}),
        ("allow_headers", "3", "invalid", ""),
    ),
    row("an empty mapping", mapping({}), ("origin", "", "missing")),
    row("an empty policy", lambda cors: cors.use(Policy(())), ("origin", "", "missing")),
    row(
        "a policy whose credentials were added to http",
        lambda cors: cors.use(
            Policy(
                (
                    replace(
                        cors.origin("http://a.example").policy.clauses[0], allow_credentials=True
                    ),
                )
            )
        ),
        ("allow_credentials", "http://a.example", "prohibited", f"{A}, or {SWITCH}"),
    ),
    row(
        "a mapping's origins",
        mapping(
            {
                "https://a.example/": ResourceOptions(),
                "null": ResourceOptions(),
                3: ResourceOptions(),
            }
        ),
        ("origin", "https://a.example/", "invalid", A),
        ("origin", "null", "prohibited"),
        ("origin", "3", "invalid"),
    ),
    row(
        "credentials for any origin in a mapping",
        mapping({"*": ResourceOptions(allow_credentials=True)}),
        ("allow_credentials", "*", "prohibited"),
    ),
    row(
        "credentials over http in a mapping",
        mapping({"http://a.example": ResourceOptions(allow_credentials=True)}),
        (
            "allow_credentials",
            "http://a.example",
            "prohibited",
            f"{A}, or .allow_credentials({SWITCH})",
        ),
    ),
    row(
        "names in a mapping",
        mapping(
            {
                A: ResourceOptions(
                    allow_headers=["Cookie", "*"],
                    expose_headers=["Set-Cookie", "*"],
                    allow_methods=["TRACE", "*"],
                    max_age=86401,
                )
            }
        ),
        ("expose_headers", "*", "prohibited", 'expose_headers="*"'),
        ("expose_headers", "Set-Cookie", "forbidden"),
        ("allow_headers", "*", "prohibited", 'allow_headers="*"'),
        ("allow_headers", "COOKIE", "forbidden"),
        ("allow_methods", "*", "prohibited", 'allow_methods="*"'),
        ("allow_methods", "TRACE", "forbidden"),
        ("max_age", "86401", "invalid", "86400"),
    ),
    row(
        "options that are none",
        mapping({A: None, "https://b.example": "*"}),
        ("options", "None", "invalid", ""),
        ("options", "'*'", "invalid", ""),
    ),
    row(
        "options that nobody knows",
        mapping({A: {"allow_header": ["X-A"], "maxage": 5, "dangerously_over_http": True, 3: 4}}),
        ("options", "allow_header", "invalid", "allow_headers"),
        ("options", "maxage", "invalid", "max_age"),
        ("options", "dangerously_over_http", "invalid", ""),
        ("options", "3", "invalid", ""),
    ),
    row(
        "what is wrong in plain options",
        mapping(
            {
                A: {
                    "allow_credentials": "yes",
                    "allow_headers": "X-A",
                    "expose_headers": None,
                    "allow_methods": ["patch", 3, ["GET"]],
                    "max_age": -5,
                }
            }
        ),
        ("allow_headers", "X-A", "invalid", '["X-A"]'),
        ("expose_headers", "None", "invalid", ""),
        ("allow_methods", "3", "invalid", ""),
        ("allow_methods", "['GET']", "invalid", ""),
        ("allow_credentials", "'yes'", "invalid", "True"),
        ("allow_methods", "patch", "invalid", "PATCH"),
        ("max_age", "-5", "invalid", "0"),
    ),
    row(
        "names in plain options",
        mapping({A: {"allow_headers": ["Cookie", "*"], "expose_headers": ("*",)}}),
        ("expose_headers", "*", "prohibited", 'expose_headers="*"'),
        ("allow_headers", "*", "prohibited", 'allow_headers="*"'),
        ("allow_headers", "Cookie", "forbidden", "allow_credentials=True"),
    ),
    row(
        "no names in one text",
        mapping({A: {"allow_headers": "X-A, X-B", "allow_methods": ""}}),
        ("allow_headers", "X-A, X-B", "invalid", '["X-A", "X-B"]'),
        ("allow_methods", "", "invalid", ""),
    ),
    row(
        "a bad origin with bad options",
        mapping({"https://a.example/": {"max_age": "60"}, "null": {"allow_credentials": True}}),
        ("origin", "https://a.example/", "invalid", A),
        ("max_age", "'60'", "invalid", "60"),
        ("origin", "null", "prohibited"),
    ),
    row(
        "everything in a mapping at once",
        mapping(
            {
                "https://*.com": ResourceOptions(),
                A: None,
                "http://b.example": ResourceOptions(allow_credentials=True),
            }
        ),
        ("origin", "https://*.com", "prohibited"),
        ("options", "None", "invalid"),
        ("allow_credentials", "http://b.example", "prohibited"),
    ),
]

ROWS: Final = [
    *SHAPE,
    *SCHEMES,
    *HOSTS,
    *PORTS,
    *PATTERNS,
    *SEVERAL_ORIGINS,
    row(
        "a live set in two clauses",
        the_same_live_set_twice,
        ("origin", f"LiveOrigins([{A!r}])", "conflicting"),
    ),
    *LIVE_SETS,
    *CREDENTIALS,
    *NAMES,
    *AGES,
    *MAPPINGS,
]

STEPS: Final = {
    name for state in (Cors, OriginRule, CredentialedRule, AnyOriginRule) for name in dir(state)
}
PARSERS: Final[dict[str, Callable[[object], object]]] = {
    "origin": parse_origin,
    "allow_credentials": parse_origin,
    "allow_methods": parse_method,
    "allow_headers": parse_request_header,
    "expose_headers": parse_response_header,
    "max_age": lambda hint: parse_max_age(int(str(hint))),
}


def is_legal(problem: Problem) -> bool:
    """Whether all that the hint names can be written there, or it names a step that can."""
    if is_step(problem.hint):
        step = problem.hint.lstrip(".").partition("(")[0]
        return step in STEPS or problem.hint == SWITCH
    if problem.hint in {"True", "False"}:
        return True
    if problem.field not in PARSERS or "=" in problem.hint or problem.hint.startswith("["):
        return True
    parse = PARSERS[problem.field]
    return not any(isinstance(parse(named), Problem) for named in values_of(problem.hint))


def is_sentence(text: str) -> bool:
    """Whether a rule is told: some words, without the full stop."""
    return len(text.split()) > 3 and "  " not in text and not text.endswith((".", " "))


def problems_of(call: Callable[[], object]) -> Iterable[Problem]:
    with pytest.raises(CorsConfigError) as caught:
        call()
    return caught.value.problems


@pytest.mark.parametrize("wrong", [pytest.param(wrong, id=wrong.name) for wrong in ROWS])
def test_every_problem_of_a_call_is_named_with_a_hint_that_helps(wrong: Row) -> None:
    cors = Cors.for_app(web.Application())
    problems = list(problems_of(lambda: wrong.call(cors)))
    found = [(problem.field, problem.value, problem.reason) for problem in problems]
    assert found == [expected[:3] for expected in wrong.problems]
    for problem, expected in zip(problems, wrong.problems, strict=True):
        assert expected[3:] in {(), (problem.hint,)}
        assert is_sentence(problem.because)
        assert is_legal(problem), problem


def test_the_same_predicate_in_two_clauses_is_conflicting() -> None:
    cors = Cors.for_app(web.Application())
    (problem,) = problems_of(lambda: the_same_predicate_twice(cors))
    assert (problem.field, problem.reason) == ("origin", "conflicting")


def test_a_refused_step_leaves_the_rule_as_it_was() -> None:
    rule = Cors.for_app(web.Application()).origin(A).allow_headers("X-A")
    before = rule.policy
    problems_of(lambda: rule.allow_headers("X-B", "Cookie"))
    problems_of(lambda: rule.origin("https://b.example", "null"))
    problems_of(rule.allow_any_header)
    assert rule.policy == before


def test_danger_over_http_has_to_be_named() -> None:
    cors = Cors.for_app(web.Application())
    rule = cors.origin("http://a.example").allow_credentials(dangerously_over_http=True)
    assert rule.policy.clauses[0].allow_credentials
    live = LiveOrigins(["http://a.example"], dangerously_over_http=True)
    assert list(live) == ["http://a.example"]


def test_a_live_set_over_http_may_have_credentials_where_the_clause_says_so_too() -> None:
    cors = Cors.for_app(web.Application())
    live = LiveOrigins(["http://a.example"], dangerously_over_http=True)
    (clause,) = cors.origin(live).allow_credentials(dangerously_over_http=True).policy.clauses
    assert clause.allow_credentials
    (clause,) = cors.origin(live).policy.clauses
    assert not clause.allow_credentials


made: Callable[..., object] = Cors
made_rule: Callable[..., object] = OriginRule
MADE_BY_HAND: Final[dict[str, Callable[[web.Application], object]]] = {
    "Cors(app)": lambda app: made(app),  # noqa: PLW0108 -- typed, unlike `made`
    "Cors()": lambda _: made(),
    "Cors(app, origins)": lambda app: made(app, origins=[A]),
    "Cors(app=app)": lambda app: made(app=app),
    "OriginRule(origin)": lambda _: made_rule(A),
}


@pytest.mark.parametrize("make", MADE_BY_HAND.values(), ids=MADE_BY_HAND)
def test_who_makes_a_state_by_hand_is_told_where_a_chain_begins(
    make: Callable[[web.Application], object],
) -> None:
    (problem,) = problems_of(lambda: make(web.Application()))
    assert (problem.field, problem.reason) == ("app", "invalid")
    assert problem.hint == "Cors.for_app(app)"


def test_a_policy_with_a_danger_that_was_named_can_be_used_as_it_is() -> None:
    cors = Cors.for_app(web.Application())
    rule = cors.origin("http://a.example").allow_credentials(dangerously_over_http=True)
    used = Cors.for_app(web.Application()).use(rule.policy).policy
    assert used == rule.policy
    assert used.clauses[0].dangerously_over_http


@pytest.mark.parametrize("app", [None, "app", web.Application, web.Application().router], ids=type)
@pytest.mark.parametrize(
    "begin", [Cors.for_app, setup, CorsConfig], ids=["fluent", "setup", "config"]
)
def test_what_is_no_application_is_invalid(begin: Callable[..., object], app: object) -> None:
    (problem,) = problems_of(lambda: begin(app))
    assert (problem.field, problem.value, problem.reason) == ("app", repr(app), "invalid")
    assert problem.because == "CORS is set up for a web.Application"


def test_http_is_fine_without_credentials() -> None:
    cors = Cors.for_app(web.Application())
    chain = cors.origin("http://a.example")
    assert cors.use({"http://a.example": ResourceOptions()}).policy == chain.policy


def test_the_error_says_everything_in_one_message() -> None:
    cors = Cors.for_app(web.Application())
    with pytest.raises(ValueError, match="null") as caught:
        cors.origin("null", "https://a.example/")
    for word in ("null", "prohibited", "https://a.example/", "invalid", "hint"):
        assert word in str(caught.value)


TARGETS: Final[dict[str, object]] = {
    "a path": "/users",
    "a handler": hello,
    "a view": web.View,
    "nothing": None,
    "a list": [],
    "a route definition": web.get("/", hello),
}


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_what_is_no_target_is_invalid(target: object) -> None:
    app = web.Application()
    resource = app.router.add_resource("/")
    rule = Cors.for_app(app).origin(A)
    (problem,) = problems_of(lambda: untyped(rule, "on", resource, target))
    assert (problem.field, problem.value, problem.reason) == ("target", repr(target), "invalid")
    assert is_sentence(problem.because)
    (problem,) = problems_of(lambda: untyped(rule, "everywhere", excluding=[resource, target]))
    assert (problem.field, problem.value, problem.reason) == ("excluding", repr(target), "invalid")
    assert is_sentence(problem.because)
    rule.on(resource)
    rule.everywhere()


def test_who_gives_targets_in_a_list_is_told_to_unpack_it() -> None:
    app = web.Application()
    resource = app.router.add_resource("/")
    route = resource.add_route("GET", hello)
    rule = Cors.for_app(app).origin(A)
    made = app.add_routes([web.get("/a", hello)])
    for given in ([resource, route], (resource, route), made):
        hint = f"*{[*given]!r}"
        (problem,) = problems_of(lambda: untyped(rule, "on", given))  # noqa: B023 -- called at once
        assert (problem.value, problem.reason, problem.hint) == (repr(given), "invalid", hint)
        (problem,) = problems_of(lambda: untyped(rule, "everywhere", excluding=[given]))  # noqa: B023
        assert (problem.value, problem.reason, problem.hint) == (repr(given), "invalid", hint)
    no_list_of_targets: list[object] = [[], [resource, "/a"], {resource: route}]
    for other in no_list_of_targets:
        (problem,) = problems_of(lambda: untyped(rule, "on", other))  # noqa: B023 -- called at once
        assert (problem.value, problem.reason) == (repr(other), "invalid")
        assert problem.hint == ""


def test_an_application_is_no_target_but_what_mounts_it_is() -> None:
    app, sub = web.Application(), web.Application()
    mounted = app.add_subapp("/sub/", sub)
    rule = Cors.for_app(app).origin(A)
    (problem,) = problems_of(lambda: untyped(rule, "on", sub))
    assert (problem.field, problem.reason) == ("target", "invalid")
    assert "add_subapp" in problem.hint
    rule.on(mounted)


def test_no_target_is_missing() -> None:
    cors = Cors.for_app(web.Application())
    for state in (cors.origin(A), cors.use({A: ResourceOptions()})):
        (problem,) = problems_of(lambda: untyped(state, "on"))  # noqa: B023 -- called at once
        assert (problem.field, problem.reason) == ("target", "missing")


def test_all_targets_that_are_wrong_are_named_at_once() -> None:
    app = web.Application()
    rule = Cors.for_app(app).origin(A)
    problems = problems_of(lambda: untyped(rule, "on", "/a", app.router.add_resource("/b"), None))
    assert [problem.value for problem in problems] == ["'/a'", "None"]
