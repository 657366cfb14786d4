"""What a browser checks in an answer; expectations from Fetch, *CORS check* and *CORS-preflight fetch*."""

import copy
import pickle
import traceback
from dataclasses import dataclass
from importlib import import_module

import pytest

from aiohttp_cors.browser.checks import (
    BlockReason,
    CorsBlocked,
    HttpResponse,
    PreflightAnswer,
    cors_check,
    extract_tokens,
    preflight_check,
    readable_headers,
)
from aiohttp_cors.browser.preflight_cache import Requester

ORIGIN = "https://app.example"
URL = "http://127.0.0.1/users"
ANONYMOUS = Requester(ORIGIN, URL, credentials=False)
WITH_CREDENTIALS = Requester(ORIGIN, URL, credentials=True)
OPAQUE = Requester("null", URL, credentials=False)

Headers = tuple[tuple[str, str], ...]


def acao(value: str) -> tuple[str, str]:
    return ("Access-Control-Allow-Origin", value)


def acac(value: str) -> tuple[str, str]:
    return ("Access-Control-Allow-Credentials", value)


def acam(value: str) -> tuple[str, str]:
    return ("Access-Control-Allow-Methods", value)


def acah(value: str) -> tuple[str, str]:
    return ("Access-Control-Allow-Headers", value)


# The table of https://fetch.spec.whatwg.org/#cors-protocol-and-credentials, and its corners.
CORS_CHECKS: dict[str, tuple[Requester, Headers, BlockReason | None]] = {
    "no header": (ANONYMOUS, (), BlockReason.ALLOW_ORIGIN_MISSING),
    "the origin": (ANONYMOUS, (acao(ORIGIN),), None),
    "a wildcard": (ANONYMOUS, (acao("*"),), None),
    "a wildcard, and credentials nobody asked for": (ANONYMOUS, (acao("*"), acac("true")), None),
    "the header's name in another case": (ANONYMOUS, ((acao("*")[0].lower(), "*"),), None),
    "a slash after the origin": (
        ANONYMOUS,
        (acao(f"{ORIGIN}/"),),
        BlockReason.ALLOW_ORIGIN_MISMATCH,
    ),
    "another origin": (
        ANONYMOUS,
        (acao("https://other.example"),),
        BlockReason.ALLOW_ORIGIN_MISMATCH,
    ),
    "the origin in another case": (
        ANONYMOUS,
        (acao(ORIGIN.upper()),),
        BlockReason.ALLOW_ORIGIN_MISMATCH,
    ),
    "null for an origin that is not opaque": (
        ANONYMOUS,
        (acao("null"),),
        BlockReason.ALLOW_ORIGIN_MISMATCH,
    ),
    "null for an opaque origin": (OPAQUE, (acao("null"),), None),
    "the origin twice": (
        ANONYMOUS,
        (acao(ORIGIN), acao(ORIGIN)),
        BlockReason.ALLOW_ORIGIN_MISMATCH,
    ),
    "a wildcard twice": (ANONYMOUS, (acao("*"), acao("*")), BlockReason.ALLOW_ORIGIN_MISMATCH),
    "two origins in one line": (
        ANONYMOUS,
        (acao(f"{ORIGIN}, https://other.example"),),
        BlockReason.ALLOW_ORIGIN_MISMATCH,
    ),
    "with credentials, the origin and true": (
        WITH_CREDENTIALS,
        (acao(ORIGIN), acac("true")),
        None,
    ),
    "with credentials, the origin alone": (
        WITH_CREDENTIALS,
        (acao(ORIGIN),),
        BlockReason.ALLOW_CREDENTIALS,
    ),
    "with credentials, True": (
        WITH_CREDENTIALS,
        (acao(ORIGIN), acac("True")),
        BlockReason.ALLOW_CREDENTIALS,
    ),
    "with credentials, true twice": (
        WITH_CREDENTIALS,
        (acao(ORIGIN), acac("true"), acac("true")),
        BlockReason.ALLOW_CREDENTIALS,
    ),
    "with credentials, a wildcard": (
        WITH_CREDENTIALS,
        (acao("*"), acac("true")),
        BlockReason.ALLOW_ORIGIN_WILDCARD,
    ),
    "with credentials, no header": (
        WITH_CREDENTIALS,
        (acac("true"),),
        BlockReason.ALLOW_ORIGIN_MISSING,
    ),
}


@pytest.mark.parametrize("requester, headers, reason", CORS_CHECKS.values(), ids=CORS_CHECKS.keys())
def test_the_cors_check(requester: Requester, headers: Headers, reason: BlockReason | None) -> None:
    if reason is None:
        cors_check(requester, HttpResponse(500, headers))
        return
    with pytest.raises(CorsBlocked) as blocked:
        cors_check(requester, HttpResponse(500, headers))
    assert blocked.value.reason is reason
    assert not blocked.value.preflight


@dataclass(frozen=True, kw_only=True)
class PreflightCase:
    """A preflight's answer to a request, and the check that fails, if one does."""

    method: str = "GET"
    headers: Headers = ()
    answer: Headers = ()
    credentials: bool = False
    status: int = 204
    reason: BlockReason | None = None
    sent: str = ""
    expected: str = ""


PREFLIGHTS: dict[str, PreflightCase] = {
    "the method is listed": PreflightCase(method="PUT", answer=(acam("GET, PUT"),)),
    "the method is listed in a second line": PreflightCase(
        method="PUT", answer=(acam("GET"), acam("PUT"))
    ),
    "empty elements and tabs in the list": PreflightCase(
        method="PUT", answer=(acam(",\t,\tPUT ,"),)
    ),
    "the method is safelisted": PreflightCase(method="POST", answer=()),
    "any method": PreflightCase(method="PUT", answer=(acam("*"),)),
    "any method, and it is not safelisted with credentials": PreflightCase(
        method="PUT",
        answer=(acam("*"),),
        credentials=True,
        reason=BlockReason.METHOD_NOT_ALLOWED,
        sent="Access-Control-Allow-Methods: *",
        expected="Access-Control-Allow-Methods: PUT",
    ),
    "with credentials, a method named *": PreflightCase(
        method="*", answer=(acam("*"),), credentials=True
    ),
    "no method is listed": PreflightCase(
        method="PUT",
        reason=BlockReason.METHOD_NOT_ALLOWED,
        sent="204 without Access-Control-Allow-Methods",
        expected="Access-Control-Allow-Methods: PUT",
    ),
    "the method is listed in another case": PreflightCase(
        method="patch",
        answer=(acam("PATCH"),),
        reason=BlockReason.METHOD_NOT_ALLOWED,
        sent="Access-Control-Allow-Methods: PATCH",
        expected="Access-Control-Allow-Methods: patch",
    ),
    "the methods are no list": PreflightCase(
        method="PUT",
        answer=(acam("PUT; GET"),),
        reason=BlockReason.PREFLIGHT_METHODS_INVALID,
        sent="Access-Control-Allow-Methods: PUT; GET",
        expected="Access-Control-Allow-Methods: PUT",
    ),
    "the header is listed in another case": PreflightCase(
        headers=(("X-Aa", "1"),), answer=(acah("x-AA"),)
    ),
    "any header": PreflightCase(headers=(("X-A", "1"),), answer=(acah("*"),)),
    "safelisted headers need not be listed": PreflightCase(
        headers=(("Accept", "*/*"), ("X-A", "1")), answer=(acah("x-a"),)
    ),
    "one header is not listed": PreflightCase(
        headers=(("X-B", "1"), ("X-A", "1")),
        answer=(acah("X-A, X-C"),),
        reason=BlockReason.HEADER_NOT_ALLOWED,
        sent="Access-Control-Allow-Headers: X-A, X-C",
        expected="Access-Control-Allow-Headers: x-b",
    ),
    "with credentials, any header": PreflightCase(
        headers=(("X-A", "1"),),
        answer=(acah("*"),),
        credentials=True,
        reason=BlockReason.HEADER_NOT_ALLOWED,
        sent="Access-Control-Allow-Headers: *",
        expected="Access-Control-Allow-Headers: x-a",
    ),
    "any header does not cover Authorization": PreflightCase(
        headers=(("Authorization", "x"),),
        answer=(acah("*"),),
        reason=BlockReason.NON_WILDCARD_HEADER_NOT_ALLOWED,
        sent="Access-Control-Allow-Headers: *",
        expected="Access-Control-Allow-Headers: authorization",
    ),
    "Authorization is listed": PreflightCase(
        headers=(("Authorization", "x"), ("X-A", "1")), answer=(acah("*, Authorization"),)
    ),
    "the headers are no list": PreflightCase(
        headers=(("X-A", "1"), ("X-B", "1")),
        answer=(acah("x-a x-b"),),
        reason=BlockReason.PREFLIGHT_HEADERS_INVALID,
        sent="Access-Control-Allow-Headers: x-a x-b",
        expected="Access-Control-Allow-Headers: x-a, x-b",
    ),
    "the status is 299": PreflightCase(method="PUT", answer=(acam("PUT"),), status=299),
    "the status is 300": PreflightCase(
        method="PUT",
        answer=(acam("PUT"),),
        status=300,
        reason=BlockReason.PREFLIGHT_STATUS,
        sent="300",
        expected="200 to 299",
    ),
    "the status is 199": PreflightCase(
        answer=(acam("PUT"),),
        status=199,
        reason=BlockReason.PREFLIGHT_STATUS,
        sent="199",
        expected="200 to 299",
    ),
}


@pytest.mark.parametrize("case", PREFLIGHTS.values(), ids=PREFLIGHTS.keys())
def test_the_checks_of_a_preflight(case: PreflightCase) -> None:
    requester = WITH_CREDENTIALS if case.credentials else ANONYMOUS
    response = HttpResponse(case.status, (acao(ORIGIN), acac("true"), *case.answer))
    if case.reason is None:
        preflight_check(requester, case.method, case.headers, response)
        return
    with pytest.raises(CorsBlocked) as blocked:
        preflight_check(requester, case.method, case.headers, response)
    assert blocked.value.reason is case.reason
    assert (blocked.value.sent, blocked.value.expected) == (case.sent, case.expected)
    assert blocked.value.preflight


def test_a_preflight_is_subject_to_the_cors_check() -> None:
    with pytest.raises(CorsBlocked) as blocked:
        preflight_check(ANONYMOUS, "PUT", (), HttpResponse(403))
    assert blocked.value.reason is BlockReason.ALLOW_ORIGIN_MISSING
    assert blocked.value.preflight


def test_a_refused_preflight_is_explained_in_the_servers_words() -> None:
    with pytest.raises(CorsBlocked) as blocked:
        preflight_check(ANONYMOUS, "PUT", (), HttpResponse(403, text="no 'PUT' here"))
    assert blocked.value.sent == "403 without Access-Control-Allow-Origin (\"no 'PUT' here\")"


def test_a_preflight_without_an_ok_status_is_explained_in_the_servers_words() -> None:
    with pytest.raises(CorsBlocked) as blocked:
        preflight_check(ANONYMOUS, "PUT", (), HttpResponse(401, (acao("*"),), text="log\nin"))
    assert blocked.value.sent == "401 ('log\\nin')"


def test_a_preflight_answers_with_all_it_allows() -> None:
    headers = (acao("*"), acam("PUT,DELETE"), acah("X-A, X-B"), ("access-control-max-age", "60"))
    answer = preflight_check(ANONYMOUS, "PUT", (), HttpResponse(200, headers))
    assert answer == PreflightAnswer(("PUT", "DELETE"), ("X-A", "X-B"), 60)


@pytest.mark.parametrize(
    "values, seconds",
    [
        ([], 5),
        (["0"], 0),
        (["600"], 600),
        (["0600"], 600),
        (["86401"], 86401),
        (["2147483648"], 2**31),
        (["2147483649"], 2**31),
        (["9999999999"], 2**31),
        (["9" * 5000], 2**31),
        # No number to the standard; 0 to all three engines (tests.browser).
        (["-1"], 0),
        (["-0"], 0),
        (["--1"], 5),
        (["+1"], 5),
        (["1.5"], 5),
        (["soon"], 5),
        ([""], 5),
        pytest.param(["٣"], 5, id="a digit that is not ASCII"),
        (["60", "60"], 5),
        (["60, 60"], 5),
    ],
    ids=str,
)
def test_a_max_age_that_is_no_single_number_is_5_seconds_and_a_negative_one_is_0(
    values: list[str], seconds: int
) -> None:
    headers = (acao("*"), *(("Access-Control-Max-Age", value) for value in values))
    assert preflight_check(ANONYMOUS, "GET", (), HttpResponse(200, headers)).max_age == seconds


ALLOW_METHODS = "Access-Control-Allow-Methods"


@pytest.mark.parametrize(
    "method, lines, flag, methods",
    [
        ("POST", [], True, ("POST",)),
        ("PUT", [], True, ("PUT",)),
        ("POST", [], False, ()),
        ("POST", [(ALLOW_METHODS, "")], True, ()),
        ("POST", [(ALLOW_METHODS, "PUT")], True, ("PUT",)),
    ],
    ids=[
        "absent, asked because of the flag",
        "absent, for a method that is not safelisted",
        "absent, without the flag",
        "empty",
        "another method, though POST passes all the same",
    ],
)
def test_absent_methods_stand_for_the_one_that_was_asked_because_of_the_flag(
    method: str, lines: list[tuple[str, str]], methods: tuple[str, ...], *, flag: bool
) -> None:
    response = HttpResponse(200, (acao("*"), *lines))
    answer = preflight_check(ANONYMOUS, method, (), response, use_cors_preflight=flag)
    assert answer.methods == methods


@pytest.mark.parametrize(
    "lines, flag",
    [([], False), ([(ALLOW_METHODS, "")], True), ([(ALLOW_METHODS, "POST")], True)],
    ids=["absent, without the flag", "empty", "another method"],
)
def test_a_method_that_is_not_listed_is_refused_with_and_without_the_flag(
    lines: list[tuple[str, str]], *, flag: bool
) -> None:
    response = HttpResponse(200, (acao("*"), *lines))
    with pytest.raises(CorsBlocked) as blocked:
        preflight_check(ANONYMOUS, "PUT", (), response, use_cors_preflight=flag)
    assert blocked.value.reason is BlockReason.METHOD_NOT_ALLOWED


# A server may refuse with status 200 and the truth about what it allows.

SAID = "CORS preflight request failed: no"
TRUTH = (acao("*"), (ALLOW_METHODS, "GET, PUT"), ("Access-Control-Allow-Headers", "x-a"))


@pytest.mark.parametrize(
    "method, headers, reason, sent, expected",
    [
        (
            "DELETE",
            (("X-A", "1"),),
            BlockReason.METHOD_NOT_ALLOWED,
            f"{ALLOW_METHODS}: GET, PUT ({SAID!r})",
            f"{ALLOW_METHODS}: DELETE",
        ),
        (
            "PUT",
            (("X-A", "1"), ("X-Debug", "1")),
            BlockReason.HEADER_NOT_ALLOWED,
            f"Access-Control-Allow-Headers: x-a ({SAID!r})",
            "Access-Control-Allow-Headers: x-debug",
        ),
        (
            "GET",
            (("Authorization", "x"),),
            BlockReason.NON_WILDCARD_HEADER_NOT_ALLOWED,
            f"Access-Control-Allow-Headers: x-a ({SAID!r})",
            "Access-Control-Allow-Headers: authorization",
        ),
    ],
    ids=["method", "header", "header that * never covers"],
)
def test_a_refusal_with_status_200_names_what_is_refused_and_what_the_server_says(
    method: str,
    headers: tuple[tuple[str, str], ...],
    reason: BlockReason,
    sent: str,
    expected: str,
) -> None:
    with pytest.raises(CorsBlocked) as blocked:
        preflight_check(ANONYMOUS, method, headers, HttpResponse(200, TRUTH, SAID))
    found = blocked.value
    assert (found.reason, found.sent, found.expected) == (reason, sent, expected)
    assert found.preflight


def test_a_list_of_tokens_is_over_all_lines() -> None:
    response = HttpResponse(200, (("L", "a,, b"), ("x", "y"), ("l", "\tc ,")))
    assert extract_tokens(response, "L") == ("a", "b", "c")
    assert extract_tokens(response, "M") == ()


def test_a_list_with_something_else_than_a_token_is_a_failure() -> None:
    assert extract_tokens(HttpResponse(200, (("L", "a"), ("L", "b c"))), "L") is None


ANSWER = HttpResponse(
    200,
    (
        ("Content-Type", "text/plain"),
        ("X-B", "1"),
        ("x-b", "2"),
        ("X-A", "3"),
        ("Set-Cookie", "a=b"),
        ("Set-Cookie2", "a=b"),
        ("Cache-Control", "no-store"),
    ),
)


def exposing(*values: str) -> HttpResponse:
    exposed = (("Access-Control-Expose-Headers", value) for value in values)
    return HttpResponse(ANSWER.status, (*ANSWER.headers, *exposed))


def readable(response: HttpResponse, *, credentials: bool = False) -> list[str]:
    return [name for name, _ in readable_headers(response, "cors", credentials=credentials)]


def test_a_same_origin_script_reads_everything_but_cookies() -> None:
    assert readable_headers(ANSWER, "basic", credentials=True) == (
        ("cache-control", "no-store"),
        ("content-type", "text/plain"),
        ("x-a", "3"),
        ("x-b", "1, 2"),
    )


def test_another_origin_reads_the_safelisted_response_headers() -> None:
    names = [
        "Cache-Control",
        "Content-Language",
        "Content-Length",
        "Content-Type",
        "Expires",
        "Last-Modified",
        "Pragma",
    ]
    response = HttpResponse(200, tuple((name, "x") for name in [*names, "ETag", "Date", "Vary"]))
    assert readable(response) == sorted(name.lower() for name in names)


def test_another_origin_reads_what_is_exposed() -> None:
    response = exposing("x-A, X-None", "x-b")
    assert readable(response) == ["cache-control", "content-type", "x-a", "x-b"]


def test_a_wildcard_exposes_everything_but_cookies() -> None:
    assert readable(exposing("*")) == [
        "access-control-expose-headers",
        "cache-control",
        "content-type",
        "x-a",
        "x-b",
    ]


def test_a_wildcard_exposes_nothing_with_credentials() -> None:
    assert readable(exposing("*, X-A"), credentials=True) == [
        "cache-control",
        "content-type",
        "x-a",
    ]


def test_cookies_cannot_be_exposed() -> None:
    assert readable(exposing("Set-Cookie")) == ["cache-control", "content-type"]


def test_an_exposed_list_that_is_none_exposes_nothing() -> None:
    assert readable(exposing("X-A X-B")) == ["cache-control", "content-type"]


def test_a_block_says_what_came_and_what_would_have_passed() -> None:
    blocked = CorsBlocked(BlockReason.METHOD_NOT_ALLOWED, URL, True, "A: GET", "A: PUT")
    assert str(blocked) == (
        f"preflight for {URL}: the preflight does not allow the method: "
        "the server sent A: GET; expected A: PUT"
    )


def test_a_block_before_any_request_says_what_the_page_can_do() -> None:
    blocked = CorsBlocked(BlockReason.SAME_ORIGIN_MODE, URL, False, "", "the mode cors")
    assert str(blocked) == (
        f"{URL}: a request whose mode is same-origin cannot leave its origin: "
        "expected the mode cors"
    )


def test_a_block_is_named_after_the_module_that_users_import_it_from() -> None:
    blocked = CorsBlocked(BlockReason.SAME_ORIGIN_MODE, URL, False, "", "the mode cors")
    (line,) = traceback.format_exception_only(blocked)
    assert line.startswith("aiohttp_cors.testing.CorsBlocked: ")
    for name in (CorsBlocked, BlockReason):
        assert getattr(import_module(name.__module__), name.__name__) is name


def test_a_block_can_be_copied_and_pickled() -> None:
    blocked = CorsBlocked(BlockReason.METHOD_NOT_ALLOWED, URL, True, "A: GET", "A: PUT")
    for other in (copy.copy(blocked), pickle.loads(pickle.dumps(blocked))):
        assert type(other) is CorsBlocked
        assert str(other) == str(blocked)
        assert other.reason is blocked.reason
