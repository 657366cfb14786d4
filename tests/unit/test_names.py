"""Which methods, header names and ages a policy may hold.

Expectations transcribed from Fetch, *Methods* and *Headers*, and from the contract's *Names*.
"""

import enum
from datetime import timedelta
from typing import Final

import pytest

from aiohttp_cors._values.errors import Problem
from aiohttp_cors._values.names import (
    MAX_AGE,
    parse_max_age,
    parse_method,
    parse_request_header,
    parse_response_header,
    parse_switch,
)
from tests.hints import values_of

FORBIDDEN_METHODS: Final = ["CONNECT", "TRACE", "TRACK"]
NORMALIZED: Final = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]
FORBIDDEN_REQUEST_HEADERS: Final = [
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
    "proxy-",
    "proxy-authorization",
    "proxy-x",
    "sec-",
    "sec-fetch-site",
    "sec-websocket-key",
]
SAFELISTED_REQUEST_HEADERS: Final = [
    "Accept",
    "Accept-Language",
    "Content-Language",
    "Content-Type",
    "Range",
]
PROTOCOL_RESPONSE_HEADERS: Final = [
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
]
NO_TOKENS: Final = ["", " ", "X A", " X-A", "X-A ", "X-A,X-B", "X:A", "X\tA", "X-Ä", "é", "X\nA"]
EVERY_TCHAR: Final = "!#$%&'*+-.^_`|~09azAZ"


def both_cases(name: str) -> list[str]:
    return [name.lower(), name.upper(), name.title()]


def problem(value: object) -> Problem:
    assert isinstance(value, Problem), f"{value!r} is accepted"
    return value


@pytest.mark.parametrize("method", NORMALIZED)
def test_the_six_names_that_fetch_normalizes_are_upper_cased(method: str) -> None:
    assert [parse_method(given) for given in both_cases(method)] == [method] * 3


@pytest.mark.parametrize("method", ["PATCH", "PROPFIND", "QUERY", "X-1", EVERY_TCHAR.upper()])
def test_every_other_method_is_accepted_in_upper_case(method: str) -> None:
    assert parse_method(method) == method


@pytest.mark.parametrize("method", ["patch", "Patch", "pATCH", "propfind", "query", EVERY_TCHAR])
def test_every_other_method_is_invalid_in_lower_case_and_the_hint_is_upper_case(
    method: str,
) -> None:
    refused = problem(parse_method(method))
    assert (refused.field, refused.value, refused.reason) == ("allow_methods", method, "invalid")
    assert refused.hint == method.upper()
    assert "case-sensitive" in refused.because


@pytest.mark.parametrize("method", FORBIDDEN_METHODS)
def test_a_method_that_no_script_can_send_is_forbidden_in_any_case(method: str) -> None:
    for given in both_cases(method):
        refused = problem(parse_method(given))
        assert (refused.field, refused.value, refused.reason) == (
            "allow_methods",
            given,
            "forbidden",
        )
        assert refused.hint == ""


@pytest.mark.parametrize("name", FORBIDDEN_REQUEST_HEADERS)
def test_a_request_header_that_no_script_can_set_is_forbidden_in_any_case(name: str) -> None:
    for given in both_cases(name):
        refused = problem(parse_request_header(given))
        assert (refused.field, refused.value, refused.reason) == (
            "allow_headers",
            given,
            "forbidden",
        )


@pytest.mark.parametrize("name", ["Cookie", "cookie2"])
def test_who_wants_to_allow_cookies_is_shown_how(name: str) -> None:
    assert problem(parse_request_header(name)).hint == ".allow_credentials"


@pytest.mark.parametrize("name", ["Host", "Set-Cookie", "Sec-Cookie", "Proxy-Cookie"])
def test_who_wants_to_allow_what_no_script_can_set_is_told_to_leave_it_out(name: str) -> None:
    assert problem(parse_request_header(name)).because.endswith(": leave it out")
    assert problem(parse_request_header(name)).hint == ""


@pytest.mark.parametrize(
    "name",
    [*SAFELISTED_REQUEST_HEADERS, "Authorization", "X-HTTP-Method-Override", "x-a", EVERY_TCHAR],
)
def test_every_other_request_header_is_accepted_as_written(name: str) -> None:
    assert parse_request_header(name) == name


@pytest.mark.parametrize("name", PROTOCOL_RESPONSE_HEADERS)
def test_a_response_header_of_the_protocol_is_no_request_header(name: str) -> None:
    for given in both_cases(name):
        refused = problem(parse_request_header(given))
        assert (refused.reason, refused.hint) == ("prohibited", "")


@pytest.mark.parametrize("name", ["Set-Cookie", "Set-Cookie2"])
def test_a_response_header_that_no_script_can_read_is_forbidden_in_any_case(name: str) -> None:
    for given in both_cases(name):
        refused = problem(parse_response_header(given))
        assert (refused.value, refused.reason, refused.hint) == (given, "forbidden", "")


@pytest.mark.parametrize(
    "name", ["Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"]
)
def test_a_request_header_of_the_protocol_cannot_be_exposed(name: str) -> None:
    for given in both_cases(name):
        refused = problem(parse_response_header(given))
        assert (refused.reason, refused.hint) == ("prohibited", "")


@pytest.mark.parametrize("name", ["ETag", "Cache-Control", "x-request-id", "Vary", EVERY_TCHAR])
def test_every_other_response_header_is_accepted_as_written(name: str) -> None:
    assert parse_response_header(name) == name


@pytest.mark.parametrize("given", NO_TOKENS)
def test_what_is_no_token_is_invalid_and_the_hint_is_legal(given: str) -> None:
    for parse in (parse_method, parse_request_header, parse_response_header):
        refused = problem(parse(given))
        assert (refused.value, refused.reason) == (given, "invalid")
        for named in values_of(refused.hint):
            assert isinstance(parse(named), str)


@pytest.mark.parametrize("given", [b"X-A", 3, None, ["X-A"], ("GET",)], ids=repr)
def test_what_is_no_string_is_invalid_and_shown_as_written(given: object) -> None:
    for parse in (parse_method, parse_request_header, parse_response_header):
        refused = problem(parse(given))
        assert (refused.value, refused.reason) == (repr(given), "invalid")
        for named in values_of(refused.hint):
            assert isinstance(parse(named), str)


@pytest.mark.parametrize(
    "given",
    [
        "",
        " ",
        pytest.param("é", id="not ASCII"),
        3,
        None,
        [],
        b"",
        pytest.param(b"\xff", id="no text"),
        {"X-A": 1},
    ],
    ids=repr,
)
def test_where_no_name_was_meant_there_is_no_hint(given: object) -> None:
    for parse in (parse_method, parse_request_header, parse_response_header):
        assert problem(parse(given)).hint == ""


@pytest.mark.parametrize("given", ["", None, [], ()], ids=repr)
def test_who_gives_nothing_is_asked_whether_the_setting_is_empty(given: object) -> None:
    for parse in (parse_method, parse_request_header, parse_response_header):
        assert problem(parse(given)).because.endswith("; is the setting empty?")
    assert "setting" not in problem(parse_method(3)).because


@pytest.mark.parametrize(
    "given, hint",
    [
        (b"GET", "GET"),
        (bytearray(b"get, PUT"), "'GET', 'PUT'"),
        (["GET"], "*['GET']"),
        (("get", "patch"), "*['GET', 'PATCH']"),
        (["GET", "TRACE"], ""),
        ('["GET", "patch"]', "'GET', 'PATCH'"),
        ("GET, patch", "'GET', 'PATCH'"),
    ],
    ids=repr,
)
def test_the_hint_for_methods_in_something_else_is_the_methods(given: object, hint: str) -> None:
    refused = problem(parse_method(given))
    assert (refused.reason, refused.hint) == ("invalid", hint)


def test_the_hint_for_what_is_no_token_is_the_name_that_was_meant() -> None:
    assert problem(parse_method(" PUT ")).hint == "PUT"
    assert problem(parse_request_header("X-A: ")).hint == "X-A"
    assert problem(parse_request_header("Content-Type: text/plain")).hint == "Content-Type"
    assert problem(parse_response_header("ETag,")).hint == "ETag"


def test_the_hint_for_a_header_name_with_spaces_has_hyphens() -> None:
    assert problem(parse_request_header("X CSRF")).hint == "X-CSRF"
    assert problem(parse_request_header(" X  CSRF\tToken ")).hint == "X-CSRF-Token"
    assert problem(parse_response_header("X Request ID")).hint == "X-Request-ID"
    assert problem(parse_response_header("X Total Count")).hint == "X-Total-Count"


@pytest.mark.parametrize("given", ["GET,POST", "GET, POST", " GET POST ", "GET , GET,\nPOST,"])
def test_the_hint_for_several_methods_in_one_text_names_each_once(given: str) -> None:
    assert problem(parse_method(given)).hint == "'GET', 'POST'"


@pytest.mark.parametrize("given", ["X-A,X B", "X-A, X-B", "X-A: 1,, X-B", " X-A ,X-A,X  B,"])
def test_the_hint_for_several_header_names_in_one_text_names_each_once(given: str) -> None:
    assert problem(parse_request_header(given)).hint == "'X-A', 'X-B'"
    assert problem(parse_response_header(given)).hint == "'X-A', 'X-B'"


def test_the_hint_for_several_names_leaves_out_those_that_are_refused() -> None:
    assert problem(parse_method("TRACE, PUT, *")).hint == "PUT"
    assert problem(parse_request_header("Cookie, X-A, é, X-B")).hint == "'X-A', 'X-B'"
    assert problem(parse_response_header("Set-Cookie, ETag")).hint == "ETag"


def test_the_hint_is_never_a_name_that_is_refused_itself() -> None:
    for given, parse in (
        ("TRACE ", parse_method),
        ("* ", parse_method),
        ("Cookie:", parse_request_header),
        ("Access-Control-Allow-Origin:", parse_request_header),
        (" Set-Cookie", parse_response_header),
    ):
        refused = problem(parse(given))
        assert (refused.reason, refused.hint) == ("invalid", "")


def test_a_star_is_prohibited_and_the_hint_names_the_step_that_means_any() -> None:
    assert problem(parse_method("*")).reason == "prohibited"
    assert problem(parse_method("*")).hint == ".allow_any_method"
    assert problem(parse_request_header("*")).reason == "prohibited"
    assert problem(parse_request_header("*")).hint == ".allow_any_header"
    assert problem(parse_response_header("*")).reason == "prohibited"
    assert problem(parse_response_header("*")).hint == ".expose_all"


class Age(int, enum.Enum):
    HOUR = 3600
    YEAR = 31_536_000


def test_a_problem_names_the_field_that_the_caller_names() -> None:
    for parse in (parse_method, parse_request_header, parse_response_header, parse_max_age):
        assert problem(parse(None, field="elsewhere")).field == "elsewhere"


@pytest.mark.parametrize(
    "age, seconds",
    [
        pytest.param(0, 0, id="0"),
        pytest.param(1, 1, id="1"),
        pytest.param(86400, 86400, id="86400"),
        pytest.param(timedelta(0), 0, id="timedelta 0"),
        pytest.param(Age.HOUR, 3600, id="a member of an enum"),
        pytest.param(timedelta(hours=1), 3600, id="an hour"),
        pytest.param(timedelta(days=1), 86400, id="a day"),
        pytest.param(timedelta(minutes=1, milliseconds=-1000), 59, id="59 s"),
    ],
)
def test_an_age_is_a_number_of_whole_seconds(age: int | timedelta, seconds: int) -> None:
    parsed = parse_max_age(age)
    assert parsed == seconds
    assert type(parsed) is int


@pytest.mark.parametrize(
    "age",
    [
        -1,
        86401,
        10**30,
        True,
        False,
        1.0,
        0.5,
        float("nan"),
        "3600",
        None,
        timedelta(seconds=-1),
        timedelta(seconds=86401),
        timedelta(milliseconds=500),
        timedelta(seconds=1, microseconds=1),
        timedelta.max,
        timedelta.min,
    ],
    ids=repr,
)
def test_any_other_age_is_invalid_and_the_hint_is_legal(age: object) -> None:
    refused = problem(parse_max_age(age))
    assert (refused.field, refused.value, refused.reason) == ("max_age", repr(age), "invalid")
    for named in values_of(refused.hint):
        assert 0 <= int(named) <= 86400


@pytest.mark.parametrize(
    "age, hint",
    [
        ("0", "0"),
        ("600", "600"),
        ("0600", "600"),
        ("86400", "86400"),
        ("86401", "86400"),
        ("9" * 9, "86400"),
        ("9" * 5000, "86400"),
        ("0" * 5000 + "60", "60"),
        ("600.0", "600"),
        ("600.", "600"),
        (" 600 ", "600"),
        ("-1", "0"),
        (b"600", "600"),
        ("", ""),
        (b"", ""),
        ("an hour", ""),
        ("600.5", ""),
        ("1e3", ""),
        pytest.param("٣", "", id="a digit that is not ASCII"),
        pytest.param(b"\xff", "", id="no text"),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_the_hint_for_an_age_in_a_text_is_the_number(age: object, hint: str) -> None:
    refused = problem(parse_max_age(age))
    assert (refused.reason, refused.hint) == ("invalid", hint)


@pytest.mark.parametrize(
    "age, hint",
    [
        (60.0, "60"),
        (1.5, "2"),
        (0.1, "1"),
        (-0.5, "0"),
        (float("inf"), "86400"),
        (float("-inf"), "0"),
        (float("nan"), ""),
        (timedelta(milliseconds=500), "1"),
        (timedelta.max, "86400"),
        (timedelta.min, "0"),
        (True, ""),
        (None, ""),
        ([60], ""),
    ],
    ids=repr,
)
def test_the_hint_for_another_number_is_the_nearest_that_means_no_less(
    age: object, hint: str
) -> None:
    assert problem(parse_max_age(age)).hint == hint


def test_a_star_is_prohibited_without_a_step_where_a_field_has_none() -> None:
    assert problem(parse_method("*")).hint == ".allow_any_method"
    refused = problem(parse_method("*", field="elsewhere"))
    assert (refused.field, refused.reason, refused.hint) == ("elsewhere", "prohibited", "")


def test_who_gives_no_age_is_asked_whether_the_setting_is_empty() -> None:
    for given in (None, ""):
        assert problem(parse_max_age(given)).because.endswith("; is the setting empty?")
    no_ages: list[object] = [-1, " ", "an hour", [None]]
    for no_age in no_ages:
        assert "is the setting empty?" not in problem(parse_max_age(no_age)).because


def test_the_hint_for_an_age_is_the_nearest_limit() -> None:
    assert problem(parse_max_age(-5)).hint == "0"
    assert problem(parse_max_age(Age.YEAR)).hint == "86400"
    assert problem(parse_max_age(timedelta(days=400))).hint == "86400"
    assert MAX_AGE == 86400


@pytest.mark.parametrize("age", [10**6000, -(10**6000)], ids=["after", "before"])
def test_an_age_of_thousands_of_digits_is_shown_by_its_size(age: int) -> None:
    refused = problem(parse_max_age(age))
    assert (refused.field, refused.value) == ("max_age", "int of 19932 bits")


def test_a_switch_is_a_bool() -> None:
    assert parse_switch(True, field="elsewhere") is True
    assert parse_switch(False, field="elsewhere") is False


@pytest.mark.parametrize(
    "given, hint",
    [
        (None, ""),
        (0, "False"),
        (1, "True"),
        (2, ""),
        ("", "False"),
        ("true", "True"),
        (" ON ", "True"),
        ("false", "False"),
        ("no", "False"),
        ("Off", "False"),
        ("yes", "True"),
        ("perhaps", ""),
        ([], ""),
    ],
    ids=repr,
)
def test_what_is_no_bool_switches_nothing(given: object, hint: str) -> None:
    refused = parse_switch(given, field="dangerously_over_http")
    assert isinstance(refused, Problem)
    assert (refused.field, refused.value) == ("dangerously_over_http", repr(given))
    assert (refused.reason, refused.hint) == ("invalid", hint)
