"""From what was expected and what came: what broke.

Owns: which signs point to which cause, and the sentence that says what was seen.
Leaves to: `aiohttp_cors._tools.probing.comparison` what differs; to
`aiohttp_cors._tools.probing.causes` what to look at.

Source: Fetch, *CORS-preflight fetch*, https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, final

from aiohttp_cors._server.answers import REFUSAL_BEGINS
from aiohttp_cors._tools.probing.causes import Broken, Cause
from aiohttp_cors._tools.probing.comparison import (
    ALLOW_ORIGIN,
    Difference,
    differences,
    is_bare,
    is_permitted,
    lost_from_vary,
)
from aiohttp_cors._tools.probing.rows import Asked, Failure, FailureKind, Row
from aiohttp_cors.browser.checks import HttpResponse

_FAILURES: Final[Mapping[FailureKind, Cause]] = {
    FailureKind.REFUSED: Cause.REFUSED,
    FailureKind.UNKNOWN_HOST: Cause.UNKNOWN_HOST,
    FailureKind.TLS: Cause.TLS,
    FailureKind.TIME_OUT: Cause.TIME_OUT,
    FailureKind.DISCONNECTED: Cause.DISCONNECTED,
    FailureKind.NOT_HTTP: Cause.NOT_HTTP,
}
_PREFLIGHTS: Final[Mapping[int, Cause]] = {
    401: Cause.PREFLIGHT_UNAUTHORIZED,
    403: Cause.PREFLIGHT_FORBIDDEN,
    404: Cause.PREFLIGHT_NOT_FOUND,
    407: Cause.PREFLIGHT_UNAUTHORIZED,
    429: Cause.TOO_MANY_REQUESTS,
    500: Cause.SERVER_ERROR,
    502: Cause.SERVER_ERROR,
    503: Cause.SERVER_ERROR,
    504: Cause.SERVER_ERROR,
}
_ACTUAL: Final[Mapping[int, Cause]] = {
    401: Cause.ERROR_WITHOUT_HEADERS,
    407: Cause.ERROR_WITHOUT_HEADERS,
    429: Cause.TOO_MANY_REQUESTS,
    502: Cause.SERVER_ERROR,
    503: Cause.SERVER_ERROR,
    504: Cause.SERVER_ERROR,
}
# How servers answer that know no OPTIONS.
_NO_OPTIONS: Final = frozenset({400, 405, 501})

# Where caches say that they had the answer: `Age`, and these with the word "hit".
_AGE: Final = "Age"
_CACHES_SAY: Final = ("X-Cache", "X-Cache-Status", "CF-Cache-Status", "Cache-Status")


@final
class Run(NamedTuple):
    """What only all rows together show.

    - `is_all_404`: every answer that came has the status 404;
    - `is_success_right`: an actual request of an allowed origin got a 2xx answer that it can read.
    """

    is_all_404: bool = False
    is_success_right: bool = False


def diagnosed(asked: Iterable[Asked]) -> tuple[Row, ...]:
    """The rows: each question with what broke; nothing if the row holds."""
    every = tuple(asked)
    answers = [(each, each.received) for each in every if isinstance(each.received, HttpResponse)]
    run = Run(
        is_all_404=bool(answers) and all(answer.status == 404 for _, answer in answers),
        is_success_right=any(
            not each.question.is_preflight
            and _is_ok(answer)
            and _is_permitted(each)
            and not differences(each.expected, answer)
            for each, answer in answers
        ),
    )
    return tuple(Row(each, tuple(causes(each, run))) for each in every)


def may_be_cached(asked: Asked) -> bool:
    """Whether a cache may be the reason why the answer is another than the application's."""
    received = asked.received
    return (
        isinstance(received, HttpResponse)
        and _is_ok(received)
        and bool(differences(asked.expected, received))
    )


def causes(asked: Asked, run: Run) -> Iterator[Broken]:
    """What broke on the way; nothing if the row holds."""
    expected, received = asked.expected, asked.received
    if isinstance(received, Failure):
        yield Broken(_FAILURES[received.kind], f"{received.kind.value}: {received.text}")
        return
    is_wanted = _is_permitted(asked)
    if is_wanted and not _may_be_the_applications(asked, received):
        yield _instead(asked, received, run)
        return
    if expected.is_refused and _is_ok(received):
        what = f"the request was answered {received.status}, and the application refuses it"
        yield Broken(Cause.NOT_ENFORCED, what)
    # Whoever is refused loses nothing with a header.
    found = [each for each in differences(expected, received) if is_wanted or each.came]
    if found and _is_right_past_caches(asked):
        what = f"{_line(found[0])}; asked past caches, the same question was answered right"
        yield Broken(Cause.FROM_CACHE, what)
    else:
        for difference in found:
            yield _broken_header(asked, received, difference)
    lost = lost_from_vary(expected, received)
    if lost and _says_for_whom(asked, received):
        yield Broken(Cause.VARY_LOST, f"Vary came without {', '.join(lost)}")


def _may_be_the_applications(asked: Asked, received: HttpResponse) -> bool:
    """Whether the application may have answered so what it permits.

    The application answers a preflight that it permits with 2xx and with headers, and puts headers
    on every answer to an actual request. Of one with 2xx somebody may have stripped them.

    Precondition: it permits the question.
    """
    if asked.question.is_preflight:
        is_refusal = received.text.startswith(REFUSAL_BEGINS)
        return _is_ok(received) and not is_bare(received) and not is_refusal
    return _is_ok(received) or not is_bare(received)


def _instead(asked: Asked, received: HttpResponse, run: Run) -> Broken:
    """What has answered instead of the application, as this one is configured."""
    status, is_preflight = received.status, asked.question.is_preflight
    came = f"the {'preflight' if is_preflight else 'request'} was answered {status}"
    if is_preflight and received.text.startswith(REFUSAL_BEGINS):
        said = received.text.removeprefix(REFUSAL_BEGINS)
        return Broken(Cause.REFUSED_BY_APPLICATION, f"{came}, and the application said: {said}")
    if run.is_all_404:
        return Broken(Cause.WRONG_APPLICATION, f"{came}, as was everything that was asked")
    if 300 <= status <= 399:
        return _redirect(asked, received, came)
    if is_bare(received):
        came = f"{came} without a header of the CORS protocol"
    if not is_preflight:
        others = Cause.ONLY_ON_SUCCESS if run.is_success_right else Cause.ERROR_WITHOUT_HEADERS
        return Broken(_ACTUAL.get(status, others), came)
    if is_bare(received) and (_is_ok(received) or status in _NO_OPTIONS):
        return Broken(Cause.OPTIONS_SWALLOWED, came)
    return Broken(_PREFLIGHTS.get(status, Cause.PREFLIGHT_STATUS), came)


def _redirect(asked: Asked, received: HttpResponse, came: str) -> Broken:
    location = received.get("Location") or "nowhere"
    is_upgrade = location.startswith("https://") and asked.url.startswith("http://")
    cause = Cause.REDIRECT_TO_HTTPS if is_upgrade else Cause.REDIRECT
    return Broken(cause, f"{came}, a redirect to {location}")


def _broken_header(asked: Asked, received: HttpResponse, difference: Difference) -> Broken:
    """What one header that differs is a sign of."""
    name, expected, came = difference
    line = _line(difference)
    if len(came) > 1 or (came and "," in came[0] and not difference.is_list):
        return Broken(Cause.TWO_VALUES, line)
    if name == ALLOW_ORIGIN and came and came[0] not in {"*", asked.question.origin}:
        cause = Cause.FROM_CACHE if _is_cached(received) else Cause.ANOTHER_ORIGIN
        return Broken(cause, f"{line}, which is not the origin that asked")
    if expected is None:
        return Broken(Cause.FOREIGN_HEADER, f"{line}, which the application does not send here")
    if not came:
        return Broken(Cause.HEADER_STRIPPED, f"{name} did not come")
    return Broken(Cause.HEADER_CHANGED, f"{line} instead of {expected}")


def _line(difference: Difference) -> str:
    name, _, came = difference
    if not came:
        return f"{name} did not come"
    return f"{name}: {' and '.join(came)} came"


def _is_right_past_caches(asked: Asked) -> bool:
    again = asked.again
    return isinstance(again, HttpResponse) and not differences(asked.expected, again)


def _says_for_whom(asked: Asked, received: HttpResponse) -> bool:
    """Whether the answer is like one whose ``Vary`` the application has written."""
    if _is_permitted(asked):
        return bool(received.values(ALLOW_ORIGIN))
    if asked.question.is_preflight:
        return received.text.startswith(REFUSAL_BEGINS)
    return _is_ok(received)


def _is_permitted(asked: Asked) -> bool:
    return is_permitted(asked.question, asked.url, asked.expected)


def _is_cached(received: HttpResponse) -> bool:
    said = " ".join(received.get(name) or "" for name in _CACHES_SAY).lower()
    return received.get(_AGE) not in {None, "0"} or "hit" in said


def _is_ok(received: HttpResponse) -> bool:
    return 200 <= received.status <= 299
