"""What broke between an application and a browser: from what was expected and what came.

The expectations are what the Fetch standard lets a browser do with an answer, and how nginx, HAProxy
and caches are documented to change one.
"""

from typing import Final, NamedTuple, final

import pytest

from aiohttp_cors._tools.probing.causes import Cause
from aiohttp_cors._tools.probing.diagnosis import Run, causes, diagnosed, may_be_cached
from aiohttp_cors._tools.probing.rows import (
    Asked,
    Expected,
    Failure,
    FailureKind,
    Question,
    Received,
)
from aiohttp_cors.browser.checks import HttpResponse
from aiohttp_cors.browser.headers import HeaderList

APP: Final = "https://app.example"
OTHER: Final = "https://other.example"
ORIGIN: Final = "Access-Control-Allow-Origin"
CREDENTIALS: Final = "Access-Control-Allow-Credentials"
METHODS: Final = "Access-Control-Allow-Methods"
HEADERS: Final = "Access-Control-Allow-Headers"
AGE: Final = "Access-Control-Max-Age"
EXPOSE: Final = "Access-Control-Expose-Headers"
VARY: Final = ("Vary", "Origin, Access-Control-Request-Method")

ALLOWED: Final[HeaderList] = ((ORIGIN, APP), (CREDENTIALS, "true"), ("Vary", "Origin"))
PREFLIGHT: Final[HeaderList] = (
    (ORIGIN, APP),
    (CREDENTIALS, "true"),
    (METHODS, "GET,PUT"),
    (HEADERS, "X-A,X-B"),
    (AGE, "600"),
    VARY,
)
REFUSAL: Final = "CORS preflight request failed: origin 'https://app.example' is not allowed"
HTML: Final = ("Content-Type", "text/html")

GET_ALLOWED: Final = Expected(HttpResponse(200, ALLOWED))
GET_REFUSED: Final = Expected(HttpResponse(200, (("Vary", "Origin"),)))
GET_ENFORCED: Final = Expected(HttpResponse(403), is_refused=True)
PUT_ALLOWED: Final = Expected(HttpResponse(200, PREFLIGHT))
PUT_REFUSED: Final = Expected(HttpResponse(403, (VARY,), REFUSAL))
PUT_REFUSED_WITH_THE_TRUTH: Final = Expected(
    HttpResponse(200, ((ORIGIN, APP), (METHODS, "GET"), VARY), REFUSAL)
)


def without(headers: HeaderList, *names: str) -> HeaderList:
    return tuple(header for header in headers if header[0] not in names)


def changed(headers: HeaderList, name: str, *values: str) -> HeaderList:
    return (*without(headers, name), *[(name, value) for value in values])


@final
class Case(NamedTuple):
    expected: Expected
    received: Received
    causes: tuple[Cause, ...] = ()
    again: Received | None = None
    run: Run = Run()
    url: str = "http://api.example/users"


def asked(case: Case) -> Asked:
    is_preflight = case.expected in {PUT_ALLOWED, PUT_REFUSED, PUT_REFUSED_WITH_THE_TRUTH}
    question = Question(
        template="/users",
        path="/users",
        method="PUT" if is_preflight else "GET",
        origin=APP,
        is_preflight=is_preflight,
        names=("x-a",) if is_preflight else (),
    )
    return Asked(
        question=question,
        url=case.url,
        expected=case.expected,
        received=case.received,
        again=case.again,
    )


CASES: Final = {
    "a preflight as the application answers it": Case(PUT_ALLOWED, HttpResponse(200, PREFLIGHT)),
    "a preflight with 204 and the same headers": Case(PUT_ALLOWED, HttpResponse(204, PREFLIGHT)),
    "lists in another order, names in another case": Case(
        PUT_ALLOWED,
        HttpResponse(
            200,
            (
                (ORIGIN.lower(), APP),
                (CREDENTIALS.lower(), "true"),
                (METHODS.lower(), "PUT, GET"),
                (HEADERS.lower(), "x-b"),
                (HEADERS.lower(), "x-a"),
                (AGE.lower(), "600"),
                ("vary", "Accept-Encoding, access-control-request-method"),
                ("vary", "ORIGIN"),
            ),
        ),
    ),
    "Vary with a star": Case(
        PUT_ALLOWED, HttpResponse(200, changed(PREFLIGHT, "Vary", "Accept, *"))
    ),
    "a request as the application answers it": Case(GET_ALLOWED, HttpResponse(200, ALLOWED)),
    "an error with the headers": Case(GET_ALLOWED, HttpResponse(500, ALLOWED)),
    "a redirect of the application's own": Case(
        GET_ALLOWED, HttpResponse(302, (*ALLOWED, ("Location", "/login")))
    ),
    "a refused request as the application answers it": Case(
        GET_REFUSED, HttpResponse(200, (("Vary", "Origin"),))
    ),
    "a refused preflight as the application answers it": Case(
        PUT_REFUSED, HttpResponse(403, (VARY,), REFUSAL)
    ),
    "a refused preflight that somebody else refuses": Case(PUT_REFUSED, HttpResponse(405)),
    "a refused preflight that is redirected": Case(PUT_REFUSED, HttpResponse(301)),
    "a refused request that somebody else refuses": Case(GET_REFUSED, HttpResponse(401)),
    "an enforced request as the application refuses it": Case(GET_ENFORCED, HttpResponse(403)),
    "an enforced request that somebody else refuses": Case(GET_ENFORCED, HttpResponse(401)),
    "an enforced request that somebody else redirects": Case(GET_ENFORCED, HttpResponse(302)),
    "an enforced request that got through": Case(
        GET_ENFORCED, HttpResponse(200, (("Vary", "Origin"),)), (Cause.NOT_ENFORCED,)
    ),
    "an enforced request that got through and can be read": Case(
        GET_ENFORCED,
        HttpResponse(200, ALLOWED),
        (Cause.NOT_ENFORCED, Cause.FOREIGN_HEADER, Cause.FOREIGN_HEADER),
    ),
    "a preflight that is refused with the truth": Case(
        PUT_REFUSED_WITH_THE_TRUTH,
        HttpResponse(200, ((ORIGIN, APP), (METHODS, "GET"), VARY), REFUSAL),
    ),
    "a preflight that is refused with less than the truth": Case(
        PUT_REFUSED_WITH_THE_TRUTH, HttpResponse(204)
    ),
    "a preflight that is refused with the truth, and opened": Case(
        PUT_REFUSED_WITH_THE_TRUTH,
        HttpResponse(200, ((ORIGIN, APP), (METHODS, "GET, PUT"), VARY), REFUSAL),
        (Cause.HEADER_CHANGED,),
    ),
    "a preflight with 401": Case(PUT_ALLOWED, HttpResponse(401), (Cause.PREFLIGHT_UNAUTHORIZED,)),
    "a preflight with 401 and the headers": Case(
        PUT_ALLOWED, HttpResponse(401, PREFLIGHT), (Cause.PREFLIGHT_UNAUTHORIZED,)
    ),
    "a preflight with 407": Case(PUT_ALLOWED, HttpResponse(407), (Cause.PREFLIGHT_UNAUTHORIZED,)),
    "a preflight with 403": Case(
        PUT_ALLOWED, HttpResponse(403, (HTML,), "<html>"), (Cause.PREFLIGHT_FORBIDDEN,)
    ),
    "a preflight that the deployed application refuses": Case(
        PUT_ALLOWED, HttpResponse(403, (VARY,), REFUSAL), (Cause.REFUSED_BY_APPLICATION,)
    ),
    "a preflight that the deployed application refuses with the truth": Case(
        PUT_ALLOWED,
        HttpResponse(200, ((ORIGIN, APP), (METHODS, "GET"), VARY), REFUSAL),
        (Cause.REFUSED_BY_APPLICATION,),
    ),
    "a preflight with 404": Case(PUT_ALLOWED, HttpResponse(404), (Cause.PREFLIGHT_NOT_FOUND,)),
    "404 for a preflight, as for everything": Case(
        PUT_ALLOWED, HttpResponse(404), (Cause.WRONG_APPLICATION,), run=Run(is_all_404=True)
    ),
    "404 for a request, as for everything": Case(
        GET_ALLOWED, HttpResponse(404), (Cause.WRONG_APPLICATION,), run=Run(is_all_404=True)
    ),
    "404 with the headers, as for everything": Case(
        GET_ALLOWED, HttpResponse(404, ALLOWED), run=Run(is_all_404=True)
    ),
    "a preflight with 204 and no headers": Case(
        PUT_ALLOWED, HttpResponse(204), (Cause.OPTIONS_SWALLOWED,)
    ),
    "a preflight with 200 and an Allow header": Case(
        PUT_ALLOWED, HttpResponse(200, (("Allow", "GET"),)), (Cause.OPTIONS_SWALLOWED,)
    ),
    "a preflight with 405": Case(PUT_ALLOWED, HttpResponse(405), (Cause.OPTIONS_SWALLOWED,)),
    "a preflight with 501": Case(PUT_ALLOWED, HttpResponse(501), (Cause.OPTIONS_SWALLOWED,)),
    "a preflight with 405 and the headers": Case(
        PUT_ALLOWED, HttpResponse(405, PREFLIGHT), (Cause.PREFLIGHT_STATUS,)
    ),
    "a preflight with 418": Case(PUT_ALLOWED, HttpResponse(418), (Cause.PREFLIGHT_STATUS,)),
    "a preflight with 429": Case(PUT_ALLOWED, HttpResponse(429), (Cause.TOO_MANY_REQUESTS,)),
    "a preflight with 502": Case(PUT_ALLOWED, HttpResponse(502), (Cause.SERVER_ERROR,)),
    "a preflight that is redirected to https": Case(
        PUT_ALLOWED,
        HttpResponse(301, (("Location", "https://api.example/users"),)),
        (Cause.REDIRECT_TO_HTTPS,),
    ),
    "a preflight that is redirected from https": Case(
        PUT_ALLOWED,
        HttpResponse(308, (("Location", "https://api.example/users/"),)),
        (Cause.REDIRECT,),
        url="https://api.example/users",
    ),
    "a preflight that is redirected with the headers": Case(
        PUT_ALLOWED, HttpResponse(307, (*PREFLIGHT, ("Location", "/users/"))), (Cause.REDIRECT,)
    ),
    "a preflight that is redirected nowhere": Case(
        PUT_ALLOWED, HttpResponse(302), (Cause.REDIRECT,)
    ),
    "a request that is redirected without headers": Case(
        GET_ALLOWED, HttpResponse(302, (("Location", "/login"),)), (Cause.REDIRECT,)
    ),
    "an error without headers": Case(
        GET_ALLOWED, HttpResponse(404), (Cause.ERROR_WITHOUT_HEADERS,)
    ),
    "an error without headers where success has them": Case(
        GET_ALLOWED,
        HttpResponse(404),
        (Cause.ONLY_ON_SUCCESS,),
        run=Run(is_success_right=True),
    ),
    "a 401 without headers where success has them": Case(
        GET_ALLOWED,
        HttpResponse(401),
        (Cause.ERROR_WITHOUT_HEADERS,),
        run=Run(is_success_right=True),
    ),
    "a request with 429": Case(GET_ALLOWED, HttpResponse(429), (Cause.TOO_MANY_REQUESTS,)),
    "a request with 503": Case(GET_ALLOWED, HttpResponse(503), (Cause.SERVER_ERROR,)),
    "two lines of one header": Case(
        GET_ALLOWED,
        HttpResponse(200, changed(ALLOWED, ORIGIN, APP, APP)),
        (Cause.TWO_VALUES,),
    ),
    "two values in one line": Case(
        GET_ALLOWED,
        HttpResponse(200, changed(ALLOWED, CREDENTIALS, "true, true")),
        (Cause.TWO_VALUES,),
    ),
    "another origin": Case(
        GET_ALLOWED, HttpResponse(200, changed(ALLOWED, ORIGIN, OTHER)), (Cause.ANOTHER_ORIGIN,)
    ),
    "another origin, past caches as well": Case(
        GET_ALLOWED,
        HttpResponse(200, changed(ALLOWED, ORIGIN, OTHER)),
        (Cause.ANOTHER_ORIGIN,),
        again=HttpResponse(200, changed(ALLOWED, ORIGIN, OTHER)),
    ),
    "another origin, and no answer past caches": Case(
        GET_ALLOWED,
        HttpResponse(200, changed(ALLOWED, ORIGIN, OTHER)),
        (Cause.ANOTHER_ORIGIN,),
        again=Failure(FailureKind.TIME_OUT, "10 s"),
    ),
    "another origin, and the right one past caches": Case(
        GET_ALLOWED,
        HttpResponse(200, changed(ALLOWED, ORIGIN, OTHER)),
        (Cause.FROM_CACHE,),
        again=HttpResponse(200, ALLOWED),
    ),
    "no headers, and the right ones past caches": Case(
        GET_ALLOWED,
        HttpResponse(200, (("Vary", "Accept"),)),
        (Cause.FROM_CACHE,),
        again=HttpResponse(200, ALLOWED),
    ),
    "another origin's headers for a stranger, and none past caches": Case(
        GET_REFUSED,
        HttpResponse(200, changed(ALLOWED, ORIGIN, OTHER)),
        (Cause.FROM_CACHE,),
        again=HttpResponse(200, (("Vary", "Origin"),)),
    ),
    "another origin and an age": Case(
        GET_ALLOWED,
        HttpResponse(200, (*changed(ALLOWED, ORIGIN, OTHER), ("Age", "12"))),
        (Cause.FROM_CACHE,),
    ),
    "another origin and no age": Case(
        GET_ALLOWED,
        HttpResponse(200, (*changed(ALLOWED, ORIGIN, OTHER), ("Age", "0"))),
        (Cause.ANOTHER_ORIGIN,),
    ),
    "another origin and a hit of a cache": Case(
        GET_ALLOWED,
        HttpResponse(200, (*changed(ALLOWED, ORIGIN, OTHER), ("X-Cache", "Hit from cloudfront"))),
        (Cause.FROM_CACHE,),
    ),
    "a star for an origin with credentials": Case(
        GET_ALLOWED, HttpResponse(200, changed(ALLOWED, ORIGIN, "*")), (Cause.HEADER_CHANGED,)
    ),
    "headers for a stranger": Case(
        GET_REFUSED,
        HttpResponse(200, ALLOWED),
        (Cause.FOREIGN_HEADER, Cause.FOREIGN_HEADER),
    ),
    "headers for a stranger's preflight": Case(
        PUT_REFUSED, HttpResponse(200, ((ORIGIN, "*"),)), (Cause.FOREIGN_HEADER,)
    ),
    "a header more": Case(
        GET_ALLOWED, HttpResponse(200, (*ALLOWED, (EXPOSE, "X-A"))), (Cause.FOREIGN_HEADER,)
    ),
    "a header less": Case(
        GET_ALLOWED, HttpResponse(200, without(ALLOWED, CREDENTIALS)), (Cause.HEADER_STRIPPED,)
    ),
    "all headers less": Case(
        GET_ALLOWED,
        HttpResponse(200, (("Vary", "Origin"),)),
        (Cause.HEADER_STRIPPED, Cause.HEADER_STRIPPED),
    ),
    "a method more": Case(
        PUT_ALLOWED,
        HttpResponse(200, changed(PREFLIGHT, METHODS, "GET, PUT, DELETE")),
        (Cause.HEADER_CHANGED,),
    ),
    "a method in another case": Case(
        PUT_ALLOWED,
        HttpResponse(200, changed(PREFLIGHT, METHODS, "GET, put")),
        (Cause.HEADER_CHANGED,),
    ),
    "another age": Case(
        PUT_ALLOWED, HttpResponse(200, changed(PREFLIGHT, AGE, "0")), (Cause.HEADER_CHANGED,)
    ),
    "no Vary": Case(GET_ALLOWED, HttpResponse(200, without(ALLOWED, "Vary")), (Cause.VARY_LOST,)),
    "no Vary for a stranger": Case(GET_REFUSED, HttpResponse(200), (Cause.VARY_LOST,)),
    "no Vary for a stranger's preflight": Case(
        PUT_REFUSED, HttpResponse(403, (), REFUSAL), (Cause.VARY_LOST,)
    ),
    "half of Vary": Case(
        PUT_ALLOWED,
        HttpResponse(200, changed(PREFLIGHT, "Vary", "Origin")),
        (Cause.VARY_LOST,),
    ),
    "a header less, and Vary": Case(
        PUT_ALLOWED,
        HttpResponse(200, without(PREFLIGHT, AGE, "Vary")),
        (Cause.HEADER_STRIPPED, Cause.VARY_LOST),
    ),
    "nothing listens": Case(GET_REFUSED, Failure(FailureKind.REFUSED, "refused"), (Cause.REFUSED,)),
    "no such host": Case(
        GET_ALLOWED, Failure(FailureKind.UNKNOWN_HOST, "unknown"), (Cause.UNKNOWN_HOST,)
    ),
    "no TLS": Case(GET_ALLOWED, Failure(FailureKind.TLS, "expired"), (Cause.TLS,)),
    "no answer in time": Case(GET_ALLOWED, Failure(FailureKind.TIME_OUT, "3 s"), (Cause.TIME_OUT,)),
    "no answer at all": Case(
        GET_ALLOWED, Failure(FailureKind.DISCONNECTED, "reset"), (Cause.DISCONNECTED,)
    ),
    "no HTTP": Case(GET_ALLOWED, Failure(FailureKind.NOT_HTTP, "SSH-2.0"), (Cause.NOT_HTTP,)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_broke_is_named(case: Case) -> None:
    assert tuple(broken.cause for broken in causes(asked(case), case.run)) == case.causes


def test_every_cause_has_a_row() -> None:
    assert {cause for case in CASES.values() for cause in case.causes} == set(Cause)


def test_what_all_headers_of_a_response_expose_is_not_compared() -> None:
    expected = Expected(HttpResponse(200, ALLOWED), exposes_all=True)
    received = HttpResponse(200, (*ALLOWED, (EXPOSE, "X-Request-ID")))
    assert not list(causes(asked(Case(expected, received)), Run()))


def test_the_sentence_says_what_was_seen() -> None:
    received = HttpResponse(200, changed(ALLOWED, ORIGIN, APP, OTHER))
    (broken,) = causes(asked(Case(GET_ALLOWED, received)), Run())
    assert broken.what == f"{ORIGIN}: {APP} and {OTHER} came"


@pytest.mark.parametrize("cause", Cause, ids=[cause.name for cause in Cause])
def test_the_advice_is_one_sentence(cause: Cause) -> None:
    assert cause.look.endswith(".")
    assert ". " not in cause.look
    assert cause.look[0].isupper()


def test_all_rows_together_show_a_wrong_application() -> None:
    rows = diagnosed(
        [
            asked(Case(PUT_ALLOWED, HttpResponse(404))),
            asked(Case(GET_ALLOWED, HttpResponse(404))),
            asked(Case(GET_ALLOWED, Failure(FailureKind.TIME_OUT, "3 s"))),
        ]
    )
    assert [row.broken[0].cause for row in rows] == [
        Cause.WRONG_APPLICATION,
        Cause.WRONG_APPLICATION,
        Cause.TIME_OUT,
    ]


def test_one_answer_is_enough_against_a_wrong_application() -> None:
    rows = diagnosed(
        [
            asked(Case(PUT_ALLOWED, HttpResponse(404))),
            asked(Case(GET_ALLOWED, HttpResponse(200, ALLOWED))),
        ]
    )
    assert [[broken.cause for broken in row.broken] for row in rows] == [
        [Cause.PREFLIGHT_NOT_FOUND],
        [],
    ]


SUCCESSES: Final = {
    "with the headers": (GET_ALLOWED, HttpResponse(200, ALLOWED), Cause.ONLY_ON_SUCCESS),
    "without a header": (GET_ALLOWED, HttpResponse(200), Cause.ERROR_WITHOUT_HEADERS),
    "of a stranger": (
        GET_REFUSED,
        HttpResponse(200, (("Vary", "Origin"),)),
        Cause.ERROR_WITHOUT_HEADERS,
    ),
    "of a preflight": (PUT_ALLOWED, HttpResponse(200, PREFLIGHT), Cause.ERROR_WITHOUT_HEADERS),
}


@pytest.mark.parametrize("success", SUCCESSES.values(), ids=SUCCESSES)
def test_only_a_success_that_can_be_read_shows_that_errors_are_left_out(
    success: tuple[Expected, HttpResponse, Cause],
) -> None:
    expected, received, cause = success
    *_, row = diagnosed(
        [asked(Case(expected, received)), asked(Case(GET_ALLOWED, HttpResponse(404)))]
    )
    assert [broken.cause for broken in row.broken] == [cause]


DOUBTS: Final = {
    "as expected": (HttpResponse(200, ALLOWED), False),
    "another origin": (HttpResponse(200, changed(ALLOWED, ORIGIN, OTHER)), True),
    "another origin on an error": (HttpResponse(404, changed(ALLOWED, ORIGIN, OTHER)), False),
    "no answer": (Failure(FailureKind.TIME_OUT, "3 s"), False),
}


@pytest.mark.parametrize("doubt", DOUBTS.values(), ids=DOUBTS)
def test_a_success_with_other_headers_may_come_from_a_cache(doubt: tuple[Received, bool]) -> None:
    received, expected = doubt
    assert may_be_cached(asked(Case(GET_ALLOWED, received))) is expected
