"""Arbitrary text gives a value or a problem, a verdict or a refusal, and nothing else.

Matching is held against a slow and obvious model, written from the contract's grammar alone.
"""

import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from aiohttp_cors._protocol.checks import judge_actual, judge_preflight
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, compile_options, compile_policy
from aiohttp_cors._protocol.header_values import exposed, merge_vary, requested_names
from aiohttp_cors._protocol.verdicts import Asked, Dialect, Naming, PreflightAllowed, Refused
from aiohttp_cors._server.live_origins import LiveOrigins
from aiohttp_cors._table.coverage import Level, Row
from aiohttp_cors._table.scope import Scope
from aiohttp_cors._values.errors import CorsConfigError, Problem
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.origin_index import OriginIndex, is_serialized
from aiohttp_cors._values.origins import (
    Origin,
    OriginPattern,
    is_potentially_trustworthy,
    parse_origin,
    secure_hint,
)
from aiohttp_cors._values.policy import AnyOrigin, Clause, Policy
from aiohttp_cors._values.vocabulary import is_token
from tests.hints import is_step, values_of
from tests.random_examples import examples

REASONS = {"missing", "invalid", "forbidden", "prohibited", "conflicting"}

# Any code point, lone surrogates included: a byte that is no UTF-8 reaches a server as one.
anything = st.text(st.characters())

# Text that looks like an origin often enough to pass the first checks.
SCHEMES = ["https", "http", "ws", "capacitor", "chrome-extension", "file", "HTTPS", "", "1x"]
HOSTS = [
    "example.com",
    "a.example.com",
    "localhost",
    "com",
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "[::1]",
    "[::ffff:1.2.3.4]",
    "[1:2:3:4:5:6:7:8]",
    "xn--bcher-kva.example",
    "bücher.example",
    "straße.example",
    "a" * 63 + ".example",
    "a" * 64 + ".example",
    "." + "example",
    "",
]
nearly = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(SCHEMES),
    st.sampled_from(["://", "://", "://", ":", ":/", ""]),
    st.sampled_from(["", "", "*.", "*", "user@"]),
    st.sampled_from(HOSTS)
    | st.text(string.ascii_lowercase + string.digits + "-_.*[]:%", max_size=9),
    st.sampled_from(["", "", ".", " "]),
    st.sampled_from(["", "", ":443", ":80", ":8443", ":*", ":0", ":", ":65535", ":65536", "/"]),
)
legal = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["https", "http", "capacitor", "chrome-extension"]),
    st.sampled_from(["", "", "*."]),
    st.sampled_from(["example.com", "a.example.com", "localhost", "xn--bcher-kva.example."])
    | st.text(string.ascii_lowercase + "-_", min_size=1, max_size=63).map("{}.example".format),
    st.sampled_from(["", "", ":8443", ":*", ":65535"]),
)
several = st.lists(legal | nearly, min_size=2, max_size=3).map(", ".join)
text_of_origin = legal | legal | nearly | nearly | several | anything | st.text(string.printable)


@settings(max_examples=examples(1000))
@given(text_of_origin)
@example("https://straße.example")
@example("https://*.com")
@example("null")
@example("https://[::1")
@example("https://\ud800.example")
@example("https://a.example, https://b.example")
def test_any_text_is_an_origin_a_pattern_or_a_problem_whose_hint_is_legal(text: str) -> None:
    parsed = parse_origin(text)
    if isinstance(parsed, Problem):
        assert parsed.value == text
        assert parsed.reason in REASONS
        named = values_of(parsed.hint)
        assert len(set(named)) == len(named)
        assert not is_step(parsed.hint) or parsed.hint in {".any_origin", ".origin_where"}
        assert parsed.because
        for origin in named:
            hint = parse_origin(origin)
            assert not isinstance(hint, Problem)
            assert str(hint) == origin
        assert str(parsed)
    else:
        assert str(parsed) == text
        assert parse_origin(str(parsed)) == parsed
        assert text.isascii()
        assert len(text) <= 326
        assert is_serialized(text)


@given(
    st.sampled_from(["", "*."]),
    st.lists(st.text(string.ascii_lowercase + "-_", min_size=1, max_size=63), max_size=2),
    st.sampled_from(["example", "localhost.example", "example.", "10.0.0.1"]),
    st.sampled_from(["", ":*", ":443", ":8080", ":65535"]),
)
def test_the_hint_over_https_is_legal_and_trustworthy(
    star: str, below: list[str], end: str, port: str
) -> None:
    is_address = end == "10.0.0.1"
    host = end if is_address else f"{star}{'.'.join([*below, 'c', end])}"
    parsed = parse_origin(f"http://{host}{port}")
    assert not isinstance(parsed, Problem)
    assert not is_potentially_trustworthy(parsed)
    hint = parse_origin(secure_hint(parsed))
    assert not isinstance(hint, Problem)
    assert is_potentially_trustworthy(hint)


@given(st.lists(text_of_origin, max_size=5), st.booleans())
def test_a_live_set_takes_any_texts_or_refuses_them_as_a_whole(
    texts: list[str], over_http: bool
) -> None:
    live = LiveOrigins(["https://before.example"], dangerously_over_http=over_http)
    problems: tuple[Problem, ...] = ()
    try:
        live.replace(texts)
    except CorsConfigError as error:
        problems = error.problems
    assert set(live) == ({"https://before.example"} if problems else set(texts))
    assert all(member in live for member in live)
    named = [origin for problem in problems for origin in values_of(problem.hint)]
    assert not any(isinstance(parse_origin(origin), Problem) for origin in named)


# A model of matching: parts an origin and tries every pattern on it, one after the other.


@dataclass(frozen=True)
class Parts:
    scheme: str
    labels: list[str]
    port: str


LABEL_CHARACTERS = set("!\"$&'()*+,-;=_`{}~" + string.ascii_lowercase + string.digits)


def parts_of(origin: str) -> Parts | None:
    """Scheme, labels of the host and port, or None for what is no serialized origin."""
    scheme, separator, rest = origin.partition("://")
    if not separator:
        return None
    if rest.startswith("["):
        address, bracket, port = rest.partition("]")
        labels = [address + bracket]
        if not bracket or not address[1:] or set(address[1:]) - set("0123456789abcdef:"):
            return None
        if port and not port.startswith(":"):
            return None
    else:
        host, colon, number = rest.partition(":")
        port = colon + number
        labels = host.split(".")
        # One trailing dot is part of a name; an empty label anywhere else is none.
        named = labels[:-1] if labels[-1] == "" else labels
        if not named or any(not label or set(label) - LABEL_CHARACTERS for label in named):
            return None
    if port and (not port[1:] or len(port) > 6 or set(port[1:]) - set(string.digits)):
        return None
    if not scheme or scheme[0] not in string.ascii_lowercase:
        return None
    if set(scheme) - set(string.ascii_lowercase + string.digits + "+-."):
        return None
    return Parts(scheme, labels, port)


def matches(pattern: OriginPattern, parts: Parts) -> bool:
    host = pattern.host.split(".") if not pattern.host.startswith("[") else [pattern.host]
    port = "" if pattern.port is None else f":{pattern.port}"
    if parts.scheme != pattern.scheme or (pattern.port != "*" and parts.port != port):
        return False
    if not pattern.subdomains:
        return parts.labels == host
    return len(parts.labels) > len(host) and parts.labels[-len(host) :] == host


def rank(pattern: OriginPattern) -> tuple[bool, int, bool]:
    """Smaller is more specific: a fixed host, a longer suffix, an exact port."""
    return pattern.subdomains, -len(pattern.host.split(".")), pattern.port == "*"


def most_specific(patterns: Sequence[OriginPattern], origin: str) -> str | None:
    parts = parts_of(origin)
    if parts is None:
        return None
    found = [pattern for pattern in patterns if matches(pattern, parts)]
    return str(min(found, key=rank)) if found else None


labels = st.sampled_from(["a", "b", "example", "evil", "x-y", "1"])
names = st.lists(labels, min_size=1, max_size=4).map(".".join)
hosts = names | st.sampled_from(["localhost", "[::1]", "127.0.0.1", "a.example."])
schemes = st.sampled_from(["https", "https", "http", "capacitor"])
ports: st.SearchStrategy[int | Literal["*"] | None] = st.sampled_from(["*", 8443, None])
suffixes = names.map("{}.example".format) | st.sampled_from(["localhost", "a.example."])
any_port: st.SearchStrategy[Literal["*"]] = st.just("*")
patterns = st.builds(OriginPattern, schemes, suffixes, ports, st.just(True)) | st.builds(
    OriginPattern, schemes, hosts, any_port, st.just(False)
)


# What arrives: mostly near the patterns, with the tricks of those who would like to match.
odd_labels = labels | st.sampled_from(
    ["", "A", "a/", "*", "a@b", "[::1]", "%2e", "a,b", "é", "a:1"]
)
requested_hosts = st.lists(odd_labels, min_size=1, max_size=6).map(".".join) | hosts
requested_ports = st.sampled_from(["", "", ":8443", ":8443", ":1", ":", ":*", ":x", ":123456", "/"])
requests = (
    st.builds(
        "{}://{}{}".format,
        schemes | st.sampled_from(["HTTPS", ""]),
        requested_hosts,
        requested_ports,
    )
    | nearly
    | st.text(string.printable)
)


@st.composite
def matchings(draw: st.DrawFn) -> tuple[list[OriginPattern], str]:
    """Patterns, and an origin that was often made from one of them."""
    configured = draw(st.lists(patterns, max_size=8))
    if not configured or draw(st.integers(0, 2)) == 0:
        return configured, draw(requests)
    pattern = draw(st.sampled_from(configured))
    below = draw(st.lists(draw(st.sampled_from([labels, odd_labels])), max_size=3))
    port = "" if pattern.port is None else f":{pattern.port}"
    sent = draw(requested_ports) if pattern.port == "*" or draw(st.booleans()) else port
    return configured, f"{pattern.scheme}://{'.'.join([*below, pattern.host])}{sent}"


@settings(max_examples=examples(1000))
@given(matchings())
@example(([], "https://a.example"))
def test_a_pattern_is_found_exactly_when_the_slow_model_finds_it(
    matching: tuple[list[OriginPattern], str],
) -> None:
    configured, origin = matching
    # An asterisk in what arrives may be a label or nothing; what it stands for is tested by hand.
    assume(is_serialized(origin) and "*" not in origin)
    index: OriginIndex[str] = OriginIndex()
    for pattern in configured:
        index.put(pattern, str(pattern))
    assert index.match(origin) == most_specific(configured, origin)


@given(st.lists(patterns, min_size=1, max_size=4), st.data())
def test_an_origin_made_from_a_pattern_is_matched(
    configured: list[OriginPattern], data: st.DataObject
) -> None:
    pattern = data.draw(st.sampled_from(configured))
    below = data.draw(st.lists(labels, min_size=1, max_size=3).map(".".join))
    port = pattern.port if pattern.port != "*" else data.draw(st.sampled_from([None, 1, 65535]))
    host = f"{below}.{pattern.host}" if pattern.subdomains else pattern.host
    index: OriginIndex[str] = OriginIndex()
    for other in configured:
        index.put(other, str(other))
    origin = str(Origin(pattern.scheme, host, port))
    assert index.match(origin) == most_specific(configured, origin)
    assert index.match(origin) is not None
    bare = str(Origin(pattern.scheme, pattern.host, port))
    if pattern.subdomains and len(set(configured)) == 1:
        assert index.match(bare) is None


# Requests: any text in any header.

EVERYTHING = ResourceOptions(
    allow_credentials=True, expose_headers="*", allow_headers="*", allow_methods="*"
)
SOME = ResourceOptions(allow_headers=["X-A", "X-B"], allow_methods=["PUT"], max_age=600)
CLASSIC = [
    CompiledPolicy([compile_options(config)])
    for config in (
        {},
        {"*": EVERYTHING},
        {"https://a.example": SOME},
        {"https://*.example": EVERYTHING, "*": SOME},
    )
]
FLUENT = [
    compile_policy(Policy(clauses))
    for clauses in (
        (Clause(origins=(AnyOrigin(),), allow_headers="*", allow_methods="*"),),
        (
            Clause(
                origins=(Origin("https", "a.example", None),),
                allow_credentials=True,
                allow_headers=frozenset({"X-A"}),
            ),
            Clause(origins=(AnyOrigin(),), allow_methods=frozenset({"GET"}), max_age=0),
        ),
    )
]
known_origins = st.sampled_from(["https://a.example", "https://x.example", "null"])
known_methods = st.sampled_from(["GET", "PUT", "put", "PATCH", "x"])
origins_sent = known_origins | known_origins | known_origins | text_of_origin
methods_sent = known_methods | known_methods | known_methods | anything
header_names = st.sampled_from(["x-a", "X-B", "authorization", "*", "", " x-a\t", "\xdf", "x a"])
good_names = st.sampled_from(["x-a", "X-A", "x-b", " x-a\t", ""])
line_sent = (
    st.lists(good_names, max_size=6).map(",".join)
    | st.lists(good_names, max_size=6).map(" ,\t".join)
    | st.lists(header_names | anything, max_size=6).map(",".join)
    | anything
)
lines_sent = st.lists(line_sent, max_size=3)


def check(verdict: object, origin: str | None) -> None:
    """An answer names nothing but tokens and the origin; a refusal says why."""
    assert isinstance(verdict, PreflightAllowed | Refused)
    if isinstance(verdict, Refused):
        assert verdict.text
        if not verdict.headers:
            return
    answer = dict(verdict.headers)
    assert len(answer) == len(verdict.headers)
    allowed_origin = answer["Access-Control-Allow-Origin"]
    assert allowed_origin in (origin, "*")
    if answer.get("Access-Control-Allow-Credentials"):
        assert allowed_origin != "*"
    for name in ("Access-Control-Allow-Methods", "Access-Control-Allow-Headers"):
        if name in answer:
            listed = answer[name].split(",")
            assert all(is_token(member.strip(" ")) for member in listed)
            assert len({member.strip(" ").lower() for member in listed}) == len(listed)


@given(
    st.sampled_from(CLASSIC),
    st.sampled_from(Naming),
    origins_sent,
    methods_sent,
    lines_sent,
)
def test_any_classic_preflight_gets_a_verdict(
    policy: CompiledPolicy,
    naming: Naming,
    origin: str,
    method: str,
    lines: list[str],
) -> None:
    verdict = judge_preflight(
        Asked(origin, method, lines),
        policy,
        policy.match(origin),
        row=Row(None, naming, Dialect.CLASSIC, Level.RESOURCE),
        scope=Scope(frozenset(), alone=True, unchecked=frozenset()),
    )
    check(verdict, origin)


@given(
    st.sampled_from(FLUENT),
    origins_sent,
    methods_sent,
    lines_sent,
    st.sampled_from([frozenset({"*"}), frozenset({"GET", "PUT"}), frozenset[str]()]),
    st.booleans(),
)
def test_any_fluent_request_gets_a_verdict(
    policy: CompiledPolicy,
    origin: str,
    method: str,
    lines: list[str],
    routed: frozenset[str],
    alone: bool,
) -> None:
    grant = policy.match(origin)
    actual = judge_actual(origin, method, grant, Naming.NEVER)
    assert isinstance(actual, Refused) or actual is grant
    verdict = judge_preflight(
        Asked(origin, method, lines),
        policy,
        grant,
        row=Row(None, Naming.NEVER, Dialect.FLUENT, Level.RESOURCE),
        scope=Scope(routed, alone, routed & {"GET"}),
    )
    check(verdict, origin)


def requested_slowly(lines: Sequence[str]) -> list[str]:
    """RFC 9110, section 5.6.1: elements between commas, spaces and tabs around them stripped."""
    upper = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)
    found: list[str] = []
    for line in lines:
        for element in line.split(","):
            name = element.strip(" \t").translate(upper)
            if name and name not in found:
                found.append(name)
    return found


@given(lines_sent)
@example(["\ud800"])
@example(["a ,\t, b", "", ",A"])
def test_requested_names_are_what_a_slow_reader_finds(lines: list[str]) -> None:
    names = requested_names(lines)
    assert names is not None
    if len(names) == 1 and len(names[0]) > 100 and not names[0].isascii():
        return  # a long line beyond ASCII is refused as a whole
    assert list(names) == requested_slowly(lines)


@given(st.lists(st.sampled_from(["x", ",", " ", "x,", ", ,"]), max_size=9000).map("".join))
def test_the_work_on_requested_names_is_bounded(line: str) -> None:
    names = requested_names([line])
    if len(line) > 8192:
        assert names is None
    elif names is not None:
        assert len(names) <= 256


fields = st.sampled_from(["Accept", "accept", "Origin", "ORIGIN", "Cookie", "*", "", " X\t"])
vary_lines = st.lists(st.lists(fields, max_size=4).map(",".join) | anything, max_size=4)


@given(vary_lines, st.sampled_from(["Origin", "Accept-Encoding"]))
def test_merging_vary_again_changes_nothing(lines: list[str], member: str) -> None:
    once = merge_vary(lines, member)
    assert merge_vary([once], member) == once


@given(vary_lines)
def test_a_merged_vary_has_every_member_once_and_ours_among_them(lines: list[str]) -> None:
    merged = [name.strip(" \t") for name in merge_vary(lines, "Origin").split(",")]
    given_members = {
        element.strip(" \t").lower() for line in lines for element in line.split(",")
    } - {""}
    if "*" in given_members:
        assert merged == ["*"]
    else:
        assert {name.lower() for name in merged} == given_members | {"origin"}
        assert len(merged) == len({name.lower() for name in merged})


@given(
    st.lists(st.sampled_from(["Date", "X-A", "x-a", "Set-Cookie", "Content-Type", "TE"]) | anything)
)
def test_what_is_exposed_was_there_each_once(names: list[str]) -> None:
    assume(not any("," in name for name in names))
    value = exposed(names)
    listed = value.split(",") if value else []
    assert set(listed) <= set(names)
    assert len({name.lower() for name in listed}) == len(listed)
    assert not {name.lower() for name in listed} & {"set-cookie", "content-type", "te"}


# What is only known, and checked, at run time.
make: Callable[..., ResourceOptions] = ResourceOptions


@pytest.mark.parametrize("field", ["allow_headers", "expose_headers", "allow_methods"])
@given(names=st.lists(anything | st.sampled_from(["X-A", "x-a", "GET"]), max_size=4))
def test_any_names_make_options_or_a_value_error(field: str, names: list[str]) -> None:
    try:
        made = make(**{field: names})
    except ValueError:
        assert not all(is_token(name) for name in names)
    else:
        kept: frozenset[str] = getattr(made, field)
        assert {name.lower() for name in names} == {name.lower() for name in kept}
