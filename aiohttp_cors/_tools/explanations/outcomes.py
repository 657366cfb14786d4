"""What comes of a request: the server's verdict, its answer, and what the browser makes of that.

Owns: which answers are possible where code of the program decides that is not run.
Leaves to: `aiohttp_cors._protocol.checks` every verdict, to `aiohttp_cors.browser.checks` the
browser's checks.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import NamedTuple, TypeAlias, final

from aiohttp_cors._protocol.checks import judge_actual
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.enforcement import Judged
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.verdicts import Naming, Refused
from aiohttp_cors._table.coverage import Row
from aiohttp_cors._tools.explanations.question import Question
from aiohttp_cors._values.policy import LiveSource, OriginWhere
from aiohttp_cors.browser.checks import CorsBlocked, HttpResponse, cors_check, preflight_check
from aiohttp_cors.browser.preflight_cache import Requester

Asked: TypeAlias = LiveSource | OriginWhere
"""Whoever a policy asks about an origin."""


@final
class Answer(NamedTuple):
    """An answer of the server.

    - `refused`: its verdict, None where it allows;
    - `judged`: what an enforced policy says to an actual request; None where none is enforced.
    """

    response: HttpResponse
    refused: Refused | None
    judged: Judged | None = None


@final
class Part(NamedTuple):
    """One of the two requests: what decides about it, and what is answered to whom.

    - `row`: what decides; its policy is None where nothing covers the request;
    - `policy`: None as well where a view's own code has to be asked for one;
    - `answer`: the answer by what the policy grants.
    """

    row: Row
    policy: CompiledPolicy | None
    answer: Callable[[Grant | None], Answer]


@final
class Chance(NamedTuple):
    """What an origin may be granted; `asked`: who has to say yes, None where nobody is asked.

    `is_certain`: a live set holds the origin now, or nobody has to be asked.
    """

    asked: Asked | None
    grant: Grant | None
    is_certain: bool


@final
class Outcome(NamedTuple):
    """What comes of the request.

    - `chances`: what the preflight's policy grants, if there is a preflight, and the request's;
    - `refused`: the server's verdict that stops it, None where the server allows;
    - `blocked`: what the browser says; None where the page reads the answer;
    - `answers`: as the browser gets them, none after the one that stops it.
    """

    chances: tuple[Chance, ...]
    refused: Refused | None
    blocked: CorsBlocked | None
    answers: tuple[Answer, ...]


def chances(policy: CompiledPolicy | None, origin: str) -> list[Chance]:
    """What `origin` may be granted, in the order in which it is decided.

    A live set that holds the origin now ends the list; one that does not may hold it later.
    """
    if policy is None:
        return [Chance(None, None, is_certain=True)]
    found = [
        Chance(
            asked,
            grant,
            is_certain=asked is None or (isinstance(asked, LiveSource) and asked.allows(origin)),
        )
        for asked, grant in policy.candidates(origin)
    ]
    certain = next(number for number, chance in enumerate(found) if chance.is_certain)
    return found[: certain + 1]


def outcomes(question: Question, preflight: Part | None, actual: Part) -> list[Outcome]:
    """All that may come of a request, the last being what comes if everybody says no."""
    return [
        _outcome(question, preflight, actual, way) for way in _ways(question, preflight, actual)
    ]


def _ways(question: Question, preflight: Part | None, actual: Part) -> Iterator[tuple[Chance, ...]]:
    granted = chances(actual.policy, question.origin)
    if preflight is None:
        yield from ((chance,) for chance in granted)
    elif preflight.policy is actual.policy:
        yield from ((chance, chance) for chance in granted)
    else:
        yield from product(chances(preflight.policy, question.origin), granted)


def _outcome(
    question: Question, preflight: Part | None, actual: Part, way: tuple[Chance, ...]
) -> Outcome:
    requester = Requester(question.origin, question.url, credentials=question.credentials)
    answers: list[Answer] = []
    refused: Refused | None = None
    try:
        if preflight is not None:
            answers.append(preflight.answer(way[0].grant))
            refused = answers[-1].refused
            lines = tuple((name, "\x7f") for name in question.headers)
            preflight_check(requester, question.method, lines, answers[-1].response)
        answers.append(actual.answer(way[-1].grant))
        refused = answers[-1].refused
        cors_check(requester, answers[-1].response)
    except CorsBlocked as blocked:
        return Outcome(way, refused, blocked, tuple(answers))
    return Outcome(way, None, None, tuple(answers))


def actual_answer(
    question: Question, row: Row, status: int, method: str
) -> Callable[[Grant | None], Answer]:
    """How an actual request is answered, and every other request that no preflight answer ends."""

    def answer(grant: Grant | None) -> Answer:
        if row.policy is None:
            return Answer(HttpResponse(status), None)
        naming: Naming = row.naming
        verdict = judge_actual(question.origin, method, grant, naming)
        if verdict is None or isinstance(verdict, Refused):
            return Answer(HttpResponse(status), verdict)
        headers = [("Access-Control-Allow-Origin", verdict.allow_origin or question.origin)]
        if verdict.allow_credentials:
            headers.append(("Access-Control-Allow-Credentials", "true"))
        if verdict.expose:
            headers.append(("Access-Control-Expose-Headers", verdict.expose))
        return Answer(HttpResponse(status, tuple(headers)), None)

    return answer
