"""The verdicts: which check decides, in which order, with which words and which headers.

Expectations from the contract's *Preflight* and *Actual responses*; texts of the classic API to the
letter.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import pytest

from aiohttp_cors._protocol.checks import (
    judge_actual,
    judge_preflight,
    refuse_incomplete,
    refuse_method,
    refuse_origin,
    refuse_uncovered,
)
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, compile_options, compile_policy
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.header_values import requested_names
from aiohttp_cors._protocol.verdicts import (
    Asked,
    Dialect,
    Naming,
    PreflightAllowed,
    PreflightVerdict,
    Refusal,
    Refused,
)
from aiohttp_cors._table.coverage import Level, Row
from aiohttp_cors._values.errors import Problem
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.origins import parse_origin
from aiohttp_cors._values.policy import AnyOrigin, Clause, OriginSource, Policy

A = "https://a.example"
B = "https://b.example"
ALLOW_ORIGIN = "Access-Control-Allow-Origin"
ALLOW_METHODS = "Access-Control-Allow-Methods"
ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials"
ALLOW_HEADERS = "Access-Control-Allow-Headers"
MAX_AGE = "Access-Control-Max-Age"


def classic(**configs: ResourceOptions) -> CompiledPolicy:
    keys = {"a": A, "any": "*", "wild": "https://*.a.example"}
    return CompiledPolicy(
        [compile_options({keys[name]: options for name, options in configs.items()})]
    )


def headers(verdict: PreflightVerdict) -> dict[str, str]:
    """The headers of a success; each name must be there once."""
    assert isinstance(verdict, PreflightAllowed), verdict
    names = [name for name, _ in verdict.headers]
    assert len(set(names)) == len(names)
    return dict(verdict.headers)


def members(value: str) -> set[str]:
    return {name.strip() for name in value.split(",")}


def why(verdict: PreflightVerdict) -> tuple[Refusal, str]:
    """Which check failed, and its words."""
    assert isinstance(verdict, Refused), verdict
    return verdict.refusal, verdict.text


def wrong_method(method: str, origin: str = A) -> tuple[Refusal, str]:
    return why(refuse_method(Asked(origin, method, ())))


class Url(NamedTuple):
    """What is known about a URL."""

    methods: frozenset[str] = frozenset()
    alone: bool = False
    unchecked: frozenset[str] = frozenset()


def judge_classic(
    origin: str | None,
    method: str | None,
    lines: Sequence[str],
    *,
    added: CompiledPolicy | None,
    fallback: CompiledPolicy | None,
) -> PreflightVerdict:
    """For a route that was added with a policy, or for any of a resource that has one."""
    if origin is None or method is None:
        return refuse_incomplete(origin)
    asked, policy = Asked(origin, method, lines), added or fallback or NOTHING
    return judge_preflight(
        asked,
        policy,
        policy.match(origin),
        row=Row(
            None,
            Naming.PREFLIGHT if added is None else Naming.NEVER,
            Dialect.CLASSIC,
            Level.RESOURCE,
        ),
        scope=Url(),
    )


PLAIN = ResourceOptions()
NOTHING = CompiledPolicy([])

# The classic preflight.


def test_a_classic_success_names_the_origin_and_the_one_requested_method() -> None:
    verdict = judge_classic(A, "PUT", (), added=classic(a=PLAIN), fallback=NOTHING)
    assert headers(verdict) == {ALLOW_ORIGIN: A, ALLOW_METHODS: "PUT"}


def test_a_classic_success_carries_everything_that_the_matched_options_grant() -> None:
    options = ResourceOptions(
        allow_credentials=True, expose_headers="*", allow_headers=["X-A", "X-B"], max_age=600
    )
    verdict = judge_classic(A, "DELETE", ["x-b,x-a"], added=classic(a=options), fallback=None)
    assert headers(verdict) == {
        ALLOW_ORIGIN: A,
        ALLOW_METHODS: "DELETE",
        ALLOW_CREDENTIALS: "true",
        ALLOW_HEADERS: "X-B,X-A",
        MAX_AGE: "600",
    }


def test_a_max_age_of_zero_is_sent() -> None:
    policy = classic(a=ResourceOptions(max_age=0))
    verdict = judge_classic(A, "GET", (), added=policy, fallback=None)
    assert headers(verdict)[MAX_AGE] == "0"


def test_the_classic_api_echoes_the_origin_under_a_star_and_never_sends_one() -> None:
    options = ResourceOptions(allow_credentials=True, allow_headers="*", allow_methods="*")
    for policy in (classic(any=options), classic(any=PLAIN)):
        for origin in (B, "null", "x" * 326):
            verdict = judge_classic(origin, "GET", ["x"], added=policy, fallback=policy)
            if isinstance(verdict, PreflightAllowed):
                assert headers(verdict)[ALLOW_ORIGIN] == origin
                assert "*" not in headers(verdict).values()


@pytest.mark.parametrize("lines", [(), ("",), (" ",), (",",), (", ,\t",), ("", "")])
@pytest.mark.parametrize("allowed", ["*", ["X-A"], []], ids=repr)
def test_no_requested_headers_no_header_that_allows_them(
    lines: Sequence[str], allowed: list[str] | Literal["*"]
) -> None:
    policy = classic(a=ResourceOptions(allow_headers=allowed))
    verdict = judge_classic(A, "GET", lines, added=policy, fallback=None)
    assert ALLOW_HEADERS not in headers(verdict)


@pytest.mark.parametrize(
    "lines",
    [
        ("x-a,x-b",),
        ("x-b,x-a",),
        ("x-a,x-b,x-a",),
        ("x-a,x-a,x-b,x-b",),
        ("X-A,x-b,X-a",),
        ("x-a , x-b",),
        ("x-a,,x-b,",),
        ("x-a", "x-b", "x-a"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("allowed", ["*", ["X-A", "X-B", "X-C"]], ids=repr)
def test_requested_names_are_allowed_each_once_however_the_lines_are_written(
    lines: Sequence[str], allowed: list[str] | Literal["*"]
) -> None:
    policy = classic(a=ResourceOptions(allow_headers=allowed))
    verdict = judge_classic(A, "GET", lines, added=policy, fallback=None)
    assert sorted(headers(verdict)[ALLOW_HEADERS].split(",")) == ["X-A", "X-B"]


@pytest.mark.parametrize("count, allowed", [(256, True), (257, False)])
@pytest.mark.parametrize("separator", [",", ", "])
def test_configured_names_are_bounded_like_any_others(
    separator: str, count: int, allowed: bool
) -> None:
    names = [f"x{number}" for number in range(257)]
    policy = classic(a=ResourceOptions(allow_headers=names))
    line = separator.join(names[:count])
    verdict = judge_classic(A, "GET", [line], added=policy, fallback=None)
    assert isinstance(verdict, PreflightAllowed) is allowed


def test_any_header_is_answered_with_the_requested_names_in_upper_case() -> None:
    policy = classic(a=ResourceOptions(allow_headers="*"))
    verdict = judge_classic(A, "GET", ["authorization,x-a"], added=policy, fallback=None)
    assert headers(verdict)[ALLOW_HEADERS] == "AUTHORIZATION,X-A"


# Each row: what arrives, and what is refused first; the checks in the order of aiohttp-cors 0.8.1.
NO_ORIGIN = (Refusal.ORIGIN_MISSING, "origin header is not specified in the request")
NO_METHOD = (
    Refusal.REQUEST_METHOD_MISSING,
    "'Access-Control-Request-Method' header is not specified",
)
NO_ORIGINS = (Refusal.NO_ORIGINS, "no origins are allowed")
POST_FROM_A = (Refusal.METHOD, f"request method 'POST' is not allowed for '{A}' origin")
POST_FROM_B = (Refusal.METHOD, f"request method 'POST' is not allowed for '{B}' origin")
ORIGIN_B = (Refusal.ORIGIN, f"origin '{B}' is not allowed")
HEADER_X = (Refusal.HEADERS, "headers are not allowed: X-X")

METHODS = ResourceOptions(allow_methods=["PUT"])


@pytest.mark.parametrize(
    "origin, method, lines, added, fallback, expected",
    [
        pytest.param(None, None, ("x-x",), None, None, NO_ORIGIN, id="origin before all"),
        pytest.param(None, "POST", ("x-x",), NOTHING, NOTHING, NO_ORIGIN, id="origin first"),
        pytest.param(A, None, ("x-x",), None, None, NO_METHOD, id="requested method second"),
        pytest.param(B, None, (), classic(a=PLAIN), None, NO_METHOD, id="before the origin"),
        pytest.param(A, "POST", ("x-x",), None, None, POST_FROM_A, id="no policy at all"),
        pytest.param(A, "POST", ("x-x",), None, NOTHING, POST_FROM_A, id="method before origins"),
        pytest.param(
            A, "POST", (), None, classic(a=PLAIN), POST_FROM_A, id="no further methods named"
        ),
        pytest.param(A, "POST", (), None, classic(a=METHODS), POST_FROM_A, id="another is named"),
        pytest.param(
            B, "POST", (), None, classic(a=METHODS), POST_FROM_B, id="method before the origin"
        ),
        pytest.param(
            B,
            "POST",
            (),
            None,
            classic(a=ResourceOptions(allow_methods="*")),
            POST_FROM_B,
            id="the methods of another origin",
        ),
        pytest.param(A, "POST", ("x-x",), NOTHING, NOTHING, NO_ORIGINS, id="no origins"),
        pytest.param(
            A, "POST", (), NOTHING, classic(a=PLAIN), NO_ORIGINS, id="a route without origins"
        ),
        pytest.param(B, "POST", ("x-x",), classic(a=PLAIN), None, ORIGIN_B, id="before headers"),
        pytest.param(A, "POST", ("x-x",), classic(a=PLAIN), None, HEADER_X, id="headers last"),
    ],
)
def test_the_first_check_that_fails_decides_in_its_own_words(
    origin: str | None,
    method: str | None,
    lines: Sequence[str],
    added: CompiledPolicy | None,
    fallback: CompiledPolicy | None,
    expected: tuple[Refusal, str],
) -> None:
    verdict = judge_classic(origin, method, lines, added=added, fallback=fallback)
    assert verdict == Refused(*expected)


@pytest.mark.parametrize(
    "allow_methods, method, allowed",
    [
        (["PUT"], "PUT", True),
        (["put"], "PUT", True),
        (["PATCH"], "patch", True),
        (["patch"], "PATCH", True),
        (["PUT"], "POST", False),
        ([], "PUT", False),
        (None, "PUT", False),
        ("*", "PUT", True),
        ("*", "x-anything", True),
        ("*", "PU T", False),
        ("*", "", False),
        ("*", "\xdf", False),
        (["SS"], "\xdf", False),
        (["PUT"], "PUT ", False),
    ],
)
def test_methods_of_routes_that_were_not_added_are_those_named_in_any_case(
    allow_methods: list[str] | Literal["*"] | None, method: str, allowed: bool
) -> None:
    policy = classic(a=ResourceOptions(allow_methods=allow_methods))
    verdict = judge_classic(A, method, (), added=None, fallback=policy)
    if allowed:
        assert headers(verdict)[ALLOW_METHODS] == method
    else:
        assert isinstance(verdict, Refused)
        assert verdict.refusal is Refusal.METHOD


def test_the_methods_that_decide_are_those_of_the_matched_options() -> None:
    policy = classic(a=ResourceOptions(allow_methods=["GET"]), any=METHODS)
    refused = judge_classic(A, "PUT", (), added=None, fallback=policy)
    assert isinstance(refused, Refused)
    assert headers(judge_classic(B, "PUT", (), added=None, fallback=policy))


def test_a_route_left_out_beside_added_ones_is_allowed_the_methods_that_the_options_name() -> None:
    policy = classic(a=METHODS, any=ResourceOptions(allow_methods="*"), wild=PLAIN)
    for origin, method, allowed in [
        (A, "PUT", True),
        (A, "POST", False),
        (B, "POST", True),
        ("https://x.a.example", "PUT", False),
    ]:
        grant = policy.match(origin)
        verdict = judge_actual(origin, method, grant, Naming.ALWAYS)
        assert (verdict is grant) is allowed
        assert isinstance(verdict, Refused) is not allowed
        if isinstance(verdict, Refused):
            assert verdict.refusal is Refusal.METHOD


def test_an_added_route_needs_no_allow_methods() -> None:
    policy = classic(a=ResourceOptions(allow_methods=["GET"]))
    assert headers(judge_classic(A, "PUT", (), added=policy, fallback=None))


# "*" is a token, but in an answer browsers take it for any.
@pytest.mark.parametrize("method", ["", "G T", "GET\n", "GET,PUT", "\xdf", "\udcff", "G\0T", "*"])
def test_a_requested_method_that_is_no_token_is_refused_whatever_was_added(method: str) -> None:
    policy = classic(any=ResourceOptions(allow_methods="*", allow_headers="*"))
    verdict = judge_classic(A, method, (), added=policy, fallback=policy)
    assert why(verdict) == wrong_method(method)


@pytest.mark.parametrize(
    "origin",
    ["", "null", "https://a.example/", "https://A.example", "https://é.example"],
    ids=["empty", "null", "slash", "upper case", "not ASCII"],
)
def test_an_origin_that_matches_nothing_is_refused_by_its_name(origin: str) -> None:
    policy = classic(a=PLAIN, wild=PLAIN)
    verdict = judge_classic(origin, "GET", (), added=policy, fallback=None)
    assert verdict == Refused(Refusal.ORIGIN, f"origin '{origin}' is not allowed")


def test_a_long_origin_is_refused_in_a_short_text() -> None:
    verdict = judge_classic("x" * 8000, "GET", (), added=classic(a=PLAIN), fallback=None)
    assert why(verdict) == (Refusal.ORIGIN, f"origin '{'x' * 100}...' is not allowed")


def test_refused_headers_are_named_in_upper_case_and_allowed_ones_are_not() -> None:
    policy = classic(a=ResourceOptions(allow_headers=["X-Good"]))
    verdict = judge_classic(A, "GET", ["x-bad,x-good, x-Worse"], added=policy, fallback=None)
    assert isinstance(verdict, Refused)
    start = "headers are not allowed: "
    assert verdict.text.startswith(start)
    assert sorted(verdict.text.removeprefix(start).split(", ")) == ["X-BAD", "X-WORSE"]


@pytest.mark.parametrize(
    "name", ["x a", "x:a", '"x"', "é", "\xdf", "\udcff", "x\0", "x;q=1", "x\x7f", "x\x0c", "*"]
)
@pytest.mark.parametrize("allowed", ["*", ["X-Good", "SS"]], ids=repr)
def test_a_requested_name_that_is_no_token_is_refused_any_header_allowed_or_not(
    name: str, allowed: list[str] | Literal["*"]
) -> None:
    policy = classic(a=ResourceOptions(allow_headers=allowed))
    verdict = judge_classic(A, "GET", [f"x-good,{name}"], added=policy, fallback=None)
    assert isinstance(verdict, Refused)
    assert verdict.refusal is Refusal.HEADERS
    assert "X-GOOD" not in verdict.text


def test_more_headers_than_are_looked_at_are_refused_in_a_short_text() -> None:
    policy = classic(a=ResourceOptions(allow_headers="*"))
    names = ",".join(f"x{number}" for number in range(257))
    for line in (names, "x" * 8193):
        verdict = judge_classic(A, "GET", [line], added=policy, fallback=None)
        assert isinstance(verdict, Refused)
        assert verdict.refusal is Refusal.HEADERS
        assert verdict.text.startswith("headers are not allowed: ")
        assert len(verdict.text) < 100


@pytest.mark.parametrize("count, shown", [(16, 990), (17, 1003)], ids=["whole", "cut"])
def test_a_list_of_refused_headers_is_cut_to_1000_characters(count: int, shown: int) -> None:
    names = [f"x{number:02}".ljust(60, "x") for number in range(count)]
    verdict = judge_classic(A, "GET", [",".join(names)], added=classic(a=PLAIN), fallback=None)
    text = ", ".join(names).upper()
    assert why(verdict) == (
        Refusal.HEADERS,
        "headers are not allowed: " + (text if len(text) <= 1000 else f"{text[:1000]}..."),
    )
    assert len(why(verdict)[1]) == len("headers are not allowed: ") + shown


def test_a_route_without_a_policy_is_named_by_its_method() -> None:
    text = "the route that serves PUT has no policy"
    assert refuse_uncovered("PUT") == Refused(Refusal.NOT_COVERED, text)


def test_the_words_of_a_refused_origin_and_method() -> None:
    assert why(refuse_origin(B)) == ORIGIN_B
    assert wrong_method("POST") == POST_FROM_A


@pytest.mark.parametrize("line", ["\ud800", "x-a,\udfff", "\udbff\udc00"])
def test_a_lone_surrogate_of_any_kind_raises_nothing(line: str) -> None:
    policy = classic(a=ResourceOptions(allow_headers="*"))
    assert requested_names([line]) is not None
    assert isinstance(judge_classic(A, "GET", [line], added=policy, fallback=None), Refused)


# The fluent preflight.


def fluent(*origins: str, **clause: object) -> Grant:
    """The grant of a fluent policy with one clause; "*" stands for any origin."""
    sources: list[OriginSource] = []
    for text in origins:
        parsed = AnyOrigin() if text == "*" else parse_origin(text)
        assert not isinstance(parsed, Problem)
        sources.append(parsed)
    made = Clause(origins=tuple(sources), **clause)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    grant = compile_policy(Policy((made,))).match(A)
    assert grant is not None
    return grant


NO_METHODS = frozenset[str]()
ROUTED = frozenset({"GET", "HEAD", "PUT", "DELETE"})
ANY = frozenset({"*"})


def judge(
    grant: Grant,
    method: str = "PUT",
    lines: Sequence[str] = (),
    *,
    origin: str = A,
    routed: frozenset[str] = ROUTED,
    alone: bool = True,
    unchecked: frozenset[str] = NO_METHODS,
) -> PreflightVerdict:
    return judge_preflight(
        Asked(origin, method, lines),
        NOTHING,
        grant,
        row=Row(None, Naming.NEVER, Dialect.FLUENT, Level.RESOURCE),
        scope=Url(routed, alone, unchecked),
    )


def test_a_fluent_answer_lists_every_method_that_is_routed() -> None:
    answer = headers(judge(fluent(A)))
    assert answer[ALLOW_ORIGIN] == A
    assert members(answer[ALLOW_METHODS]) == ROUTED
    assert set(answer) == {ALLOW_ORIGIN, ALLOW_METHODS}


def test_explicit_methods_take_the_place_of_the_routed_ones() -> None:
    grant = fluent(A, allow_methods=frozenset({"PATCH", "PUT"}))
    assert members(headers(judge(grant))[ALLOW_METHODS]) == {"PATCH", "PUT"}
    assert members(headers(judge(grant, "PATCH"))[ALLOW_METHODS]) == {"PATCH", "PUT"}
    refused = judge(grant, "DELETE")
    assert why(refused) == wrong_method("DELETE")


@pytest.mark.parametrize("method", ["POST", "put", "Put", "PUT ", "", "PUT,GET", "\xdf"])
def test_a_method_that_is_not_routed_or_in_another_case_is_refused(method: str) -> None:
    assert why(judge(fluent(A), method)) == wrong_method(method)


@pytest.mark.parametrize("method", ["PUT", "x-anything", "put"])
@pytest.mark.parametrize(
    "clause, routed",
    [({"allow_methods": "*"}, ROUTED), ({"allow_methods": "*"}, ANY), ({}, ANY)],
    ids=["any method", "any method and a * route", "a * route"],
)
def test_any_method_is_answered_with_the_requested_one(
    clause: dict[str, object], routed: frozenset[str], method: str
) -> None:
    answer = headers(judge(fluent(A, **clause), method, routed=routed))
    assert answer[ALLOW_METHODS] == method


@pytest.mark.parametrize("method", ["", "P T", "PUT\r\nX: y", "\xe9", "\udcff", "*"])
@pytest.mark.parametrize("clause", [{"allow_methods": "*"}, {}], ids=["any method", "a * route"])
def test_any_method_still_is_a_token_and_no_star(clause: dict[str, object], method: str) -> None:
    assert why(judge(fluent(A, **clause), method, routed=ANY)) == wrong_method(method)


def test_a_star_among_the_names_of_a_configuration_lets_nobody_request_it() -> None:
    policy = classic(a=ResourceOptions(allow_headers=["*"], allow_methods=["*"]))
    verdict = judge_classic(A, "GET", ["*"], added=policy, fallback=None)
    assert verdict == Refused(Refusal.HEADERS, "headers are not allowed: *")
    verdict = judge_classic(A, "*", (), added=None, fallback=policy)
    assert why(verdict) == wrong_method("*")


def test_a_star_route_with_explicit_methods_allows_only_those() -> None:
    grant = fluent(A, allow_methods=frozenset({"PUT"}))
    assert members(headers(judge(grant, routed=ANY))[ALLOW_METHODS]) == {"PUT"}
    assert why(judge(grant, "DELETE", routed=ANY)) == wrong_method("DELETE")


def test_methods_are_checked_before_headers() -> None:
    assert why(judge(fluent(A), "POST", ["x-x"])) == wrong_method("POST")
    assert why(judge(fluent(A), "PUT", ["x-x"])) == HEADER_X


@pytest.mark.parametrize("lines", [(), ("x-a",), ("x-b, X-A",)], ids=repr)
def test_a_fluent_answer_lists_every_configured_header(lines: Sequence[str]) -> None:
    grant = fluent(A, allow_headers=frozenset({"X-A", "X-B", "Content-Type"}))
    answer = headers(judge(grant, lines=lines))
    assert {name.lower() for name in members(answer[ALLOW_HEADERS])} == {
        "x-a",
        "x-b",
        "content-type",
    }


def test_any_header_is_answered_with_the_requested_ones() -> None:
    grant = fluent(A, allow_headers="*", allow_credentials=True)
    answer = headers(judge(grant, lines=["authorization,x-a"]))
    assert {name.lower() for name in members(answer[ALLOW_HEADERS])} == {"authorization", "x-a"}
    assert ALLOW_HEADERS not in headers(judge(grant))


def test_headers_that_are_not_configured_or_too_many_are_refused() -> None:
    grant = fluent(A, allow_headers=frozenset({"X-A"}))
    assert why(judge(grant, lines=["x-a,x-x"])) == HEADER_X
    for lines in (["x" * 8193], ["x-a,"] * 300):
        refused = judge(fluent(A, allow_headers="*"), lines=lines)
        assert isinstance(refused, Refused)
        assert refused.refusal is Refusal.HEADERS


def test_credentials_and_age_are_those_of_the_grant() -> None:
    answer = headers(judge(fluent(A, allow_credentials=True, max_age=3600)))
    assert answer[ALLOW_CREDENTIALS] == "true"
    assert answer[MAX_AGE] == "3600"
    assert headers(judge(fluent(A, max_age=0)))[MAX_AGE] == "0"
    assert not {ALLOW_CREDENTIALS, MAX_AGE} & headers(judge(fluent(A))).keys()


def test_a_lone_any_origin_is_answered_with_the_constant_star_and_others_with_the_origin() -> None:
    assert headers(judge(fluent("*")))[ALLOW_ORIGIN] == "*"
    assert headers(judge(fluent("*"), origin="null"))[ALLOW_ORIGIN] == "*"
    assert headers(judge(fluent("*", A), origin=B))[ALLOW_ORIGIN] == B


def test_where_another_policy_has_a_say_only_what_was_requested_is_named_and_not_remembered() -> (
    None
):
    grant = fluent(
        A,
        allow_credentials=True,
        allow_headers=frozenset({"X-A", "X-B"}),
        allow_methods=frozenset({"PUT", "DELETE"}),
        max_age=3600,
    )
    both = headers(judge(grant, "PUT", ["x-b,x-a"], alone=False))
    assert members(both[ALLOW_HEADERS]) == {"X-A", "X-B"}
    answer = headers(judge(grant, "PUT", ["x-b"], alone=False))
    assert answer.pop(ALLOW_HEADERS).lower() == "x-b"
    assert answer == {
        ALLOW_ORIGIN: A,
        ALLOW_METHODS: "PUT",
        ALLOW_CREDENTIALS: "true",
        MAX_AGE: "0",
    }
    assert ALLOW_HEADERS not in headers(judge(grant, "PUT", alone=False))


@pytest.mark.parametrize("alone", [True, False])
def test_a_narrow_answer_refuses_what_a_wide_one_refuses(alone: bool) -> None:
    grant = fluent(A, allow_headers=frozenset({"X-A"}))
    assert why(judge(grant, "POST", alone=alone)) == wrong_method("POST")
    assert why(judge(grant, "PUT", ["x-x"], alone=alone)) == HEADER_X


# Each row: what the clause says beside its origin, the URL, and whether the answer may be remembered
# and list what was not asked for: *Which policy decides* 4.
WIDE: dict[str, tuple[dict[str, object], Url, bool]] = {
    "the policy decides alone": ({}, Url(ROUTED, alone=True), True),
    "another one decides, too": ({}, Url(ROUTED), False),
    "methods left to the router": (
        {},
        Url(frozenset({"PUT"}), alone=True, unchecked=frozenset({"GET", "POST"})),
        True,
    ),
    "a routed GET is left out": (
        {"allow_methods": frozenset({"PUT"})},
        Url(ROUTED, alone=True, unchecked=frozenset({"GET"})),
        False,
    ),
    "all that browsers do not check is named": (
        {"allow_methods": frozenset({"GET", "PUT"})},
        Url(ROUTED, alone=True, unchecked=frozenset({"GET"})),
        True,
    ),
    "GET names HEAD": (
        {"allow_methods": frozenset({"GET", "PUT"})},
        Url(ROUTED, alone=True, unchecked=frozenset({"GET", "HEAD"})),
        True,
    ),
    "the very methods that browsers do not check": (
        {"allow_methods": frozenset({"GET", "HEAD", "PUT"})},
        Url(ROUTED, alone=True, unchecked=frozenset({"GET", "HEAD", "PUT"})),
        True,
    ),
    "any method": (
        {"allow_methods": "*"},
        Url(ROUTED, alone=True, unchecked=frozenset({"POST"})),
        True,
    ),
}


@pytest.mark.parametrize("clause, url, wide", WIDE.values(), ids=WIDE)
def test_an_answer_is_remembered_where_it_is_true_of_every_method_that_a_browser_may_send(
    clause: dict[str, object], url: Url, wide: bool
) -> None:
    grant = fluent(A, allow_headers=frozenset({"X-A", "X-B"}), max_age=600, **clause)
    answer = headers(
        judge(grant, lines=["x-a"], routed=url.methods, alone=url.alone, unchecked=url.unchecked)
    )
    assert answer[MAX_AGE] == ("600" if wide else "0")
    names = {name.lower() for name in members(answer[ALLOW_HEADERS])}
    assert names == ({"x-a", "x-b"} if wide else {"x-a"})


def test_head_is_allowed_where_a_configuration_names_get() -> None:
    grant = fluent(A, allow_methods=frozenset({"GET", "PUT"}))
    assert members(headers(judge(grant, "HEAD"))[ALLOW_METHODS]) == {"GET", "HEAD", "PUT"}
    assert judge_actual(A, "HEAD", grant, Naming.NEVER) is grant


def test_head_is_refused_where_the_router_has_get_alone() -> None:
    refused = judge(fluent(A), "HEAD", routed=frozenset({"GET", "PUT"}))
    assert why(refused) == wrong_method("HEAD")


def test_a_fluent_preflight_of_an_origin_that_is_granted_nothing_is_refused() -> None:
    row = Row(None, Naming.NEVER, Dialect.FLUENT, Level.RESOURCE)
    verdict = judge_preflight(Asked(B, "POST", ["x-x"]), NOTHING, None, row, Url(ROUTED, True))
    assert verdict == Refused(*ORIGIN_B)


# A refusal that an allowed origin can read, so that the browser's console names what is refused.
# Each row: the clause, what is asked, and what is told: *Preflight* 2.
READABLE: dict[str, tuple[dict[str, object], str, Sequence[str], bool, dict[str, str]]] = {
    "a method": (
        {"allow_credentials": True, "allow_headers": frozenset({"X-A", "X-B"}), "max_age": 600},
        "PATCH",
        ["x-a"],
        True,
        {
            ALLOW_ORIGIN: A,
            ALLOW_CREDENTIALS: "true",
            ALLOW_METHODS: "DELETE,GET,HEAD,PUT",
            ALLOW_HEADERS: "X-A,X-B",
            MAX_AGE: "600",
        },
    ),
    "a method beside explicit ones, any header allowed": (
        {"allow_headers": "*", "allow_methods": frozenset({"PUT"})},
        "DELETE",
        ["x-b,x-a"],
        True,
        {ALLOW_ORIGIN: A, ALLOW_METHODS: "PUT", ALLOW_HEADERS: "X-A,X-B"},
    ),
    "a method, no header allowed": (
        {},
        "PATCH",
        ["x-a"],
        True,
        {ALLOW_ORIGIN: A, ALLOW_METHODS: "DELETE,GET,HEAD,PUT"},
    ),
    "a header": (
        {"allow_credentials": True, "allow_headers": frozenset({"X-A", "X-B"}), "max_age": 600},
        "PUT",
        ["x-a,x-x"],
        True,
        {
            ALLOW_ORIGIN: A,
            ALLOW_CREDENTIALS: "true",
            ALLOW_METHODS: "DELETE,GET,HEAD,PUT",
            ALLOW_HEADERS: "X-A,X-B",
            MAX_AGE: "600",
        },
    ),
    "a header in a narrow answer": (
        {"allow_headers": frozenset({"X-A", "X-B"}), "max_age": 600},
        "PUT",
        ["x-a,x-x"],
        False,
        {ALLOW_ORIGIN: A, ALLOW_METHODS: "PUT", ALLOW_HEADERS: "X-A", MAX_AGE: "0"},
    ),
    "a header under any method": (
        {"allow_headers": frozenset({"X-A"}), "allow_methods": "*"},
        "PATCH",
        ["x-x"],
        True,
        {ALLOW_ORIGIN: A, ALLOW_METHODS: "PATCH", ALLOW_HEADERS: "X-A"},
    ),
    "a header, none allowed": (
        {},
        "PUT",
        ["x-x"],
        True,
        {ALLOW_ORIGIN: A, ALLOW_METHODS: "DELETE,GET,HEAD,PUT"},
    ),
    "a method that browsers do not check": ({}, "POST", [], True, {}),
    "a method in a narrow answer": ({}, "PATCH", [], False, {}),
    "a method where none can be listed": ({"allow_methods": frozenset[str]()}, "PUT", [], True, {}),
    "a method that is no token, under any method": ({"allow_methods": "*"}, "P T", [], True, {}),
    "a method and a name that is no token": ({}, "PATCH", ["x a"], True, {}),
    "a method and a star": ({"allow_headers": "*"}, "PATCH", ["x-a,*"], True, {}),
    "a method and more headers than are looked at": ({}, "PATCH", ["x" * 8193], True, {}),
    "a name that is no token": ({"allow_headers": "*"}, "PUT", ["x-a,x a"], True, {}),
    "a star": ({"allow_headers": "*"}, "PUT", ["x-a,*"], True, {}),
    "more headers than are looked at": ({"allow_headers": "*"}, "PUT", ["x" * 8193], True, {}),
}


@pytest.mark.parametrize("clause, method, lines, alone, told", READABLE.values(), ids=READABLE)
def test_a_refusal_tells_an_allowed_origin_what_is_allowed_and_nothing_else(
    clause: dict[str, object],
    method: str,
    lines: Sequence[str],
    alone: bool,
    told: dict[str, str],
) -> None:
    verdict = judge(fluent(A, **clause), method, lines, alone=alone)
    assert isinstance(verdict, Refused)
    answer = dict(verdict.headers)
    assert len(answer) == len(verdict.headers)
    if ALLOW_HEADERS in answer:
        answer[ALLOW_HEADERS] = ",".join(sorted(members(answer[ALLOW_HEADERS].upper())))
    if ALLOW_METHODS in answer:
        answer[ALLOW_METHODS] = ",".join(sorted(members(answer[ALLOW_METHODS])))
    assert answer == told


# Actual requests.


def test_an_actual_request_is_granted_what_its_origin_is_granted() -> None:
    grant = fluent(A)
    assert judge_actual(A, "GET", grant, Naming.NEVER) is grant


def test_an_actual_request_of_an_origin_that_is_granted_nothing_is_refused() -> None:
    verdict = judge_actual(B, "GET", None, Naming.NEVER)
    assert isinstance(verdict, Refused)
    assert verdict.refusal is Refusal.ORIGIN


def test_a_request_without_origin_is_no_cors_request() -> None:
    assert judge_actual(None, "GET", None, Naming.NEVER) is None


def test_the_constant_star_is_granted_also_without_an_origin() -> None:
    grant = fluent("*")
    assert judge_actual(None, "GET", grant, Naming.NEVER) is grant


@pytest.mark.parametrize("method", ["POST", "GET", "get", "x"])
def test_a_method_that_explicit_methods_do_not_name_is_refused_on_an_actual_request(
    method: str,
) -> None:
    grant = fluent(A, allow_methods=frozenset({"PUT"}))
    verdict = judge_actual(A, method, grant, Naming.NEVER)
    assert isinstance(verdict, Refused)
    assert verdict.refusal is Refusal.METHOD
    assert judge_actual(A, "PUT", grant, Naming.NEVER) is grant


@pytest.mark.parametrize(
    "grant",
    [
        pytest.param(fluent(A), id="methods left to the router"),
        pytest.param(fluent(A, allow_methods="*"), id="any method"),
        pytest.param(classic(a=METHODS).match(A), id="classic methods"),
        pytest.param(classic(a=ResourceOptions(allow_methods="*")).match(A), id="classic any"),
        pytest.param(classic(a=PLAIN).match(A), id="classic none"),
    ],
)
def test_otherwise_no_method_is_checked_so_that_a_405_can_be_read(grant: Grant) -> None:
    assert judge_actual(A, "TRACE", grant, Naming.NEVER) is grant
    assert judge_actual(A, "POST", grant, Naming.NEVER) is grant
