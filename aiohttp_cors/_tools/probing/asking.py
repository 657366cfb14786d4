"""Asks a deployed service, a few questions at once, each with a limit of time.

Owns: how a question goes over the network, which failure is which, and when to give up.
Leaves to: `aiohttp_cors._tools.probing.plan` which questions are asked; to
`aiohttp_cors._tools.http_client` the requests themselves.

Nothing of an answer but its head is read, and of a preflight's how the body begins: a stream that
never ends is as good as any other answer.
"""

import asyncio
import secrets
import socket
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias, final

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponseError,
    ClientSession,
    ClientSSLError,
    TCPConnector,
)

from aiohttp_cors._tools.http_client import answer_to, beginning, client_session, header_lines
from aiohttp_cors._tools.probing.diagnosis import may_be_cached
from aiohttp_cors._tools.probing.rows import (
    BROWSER_HEADERS,
    Asked,
    Expected,
    Failure,
    FailureKind,
    NotAsked,
    Question,
    Received,
)
from aiohttp_cors.browser.checks import HttpResponse
from aiohttp_cors.browser.request import HttpRequest

Group: TypeAlias = Sequence[tuple[Question, Expected]]
"""The questions about one URL, which follow one another: a cache would mix up their answers."""

AT_ONCE: Final = 4
"""How many groups are asked at the same time."""

FAILURES_IN_A_ROW: Final = 3
"""After so many questions in a row without an answer nothing more is asked."""


async def ask_all(
    groups: Iterable[Group], base: str, *, seconds: float, on_answer: Callable[[], None]
) -> tuple[list[Asked], list[NotAsked]]:
    """What came for each question, in the order of the questions, and what was not asked any more.

    - `base`: the URL to which the paths are appended, without a slash at its end;
    - `seconds`: how long one answer may take;
    - `on_answer` is called after each question.
    """
    # A connection of its own for each: what one answer leaves behind does not meet the next.
    connector = TCPConnector(limit=AT_ONCE, force_close=True)
    async with connector, client_session(connector) as session:
        return await _Asking(session, base, seconds, on_answer).run(groups)


@final
class _Asking:
    def __init__(
        self, session: ClientSession, base: str, seconds: float, on_answer: Callable[[], None]
    ) -> None:
        self._session = session
        self._base = base
        self._seconds = seconds
        self._on_answer = on_answer
        self._failures = 0
        self._asked: dict[tuple[int, int], Asked] = {}
        self._not_asked: list[NotAsked] = []

    async def run(self, groups: Iterable[Group]) -> tuple[list[Asked], list[NotAsked]]:
        numbered = enumerate(groups)

        async def work() -> None:
            for number, group in numbered:
                for place, (question, expected) in enumerate(group):
                    await self._take((number, place), question, expected)

        await asyncio.gather(*[work() for _ in range(AT_ONCE)])
        return [self._asked[key] for key in sorted(self._asked)], self._not_asked

    async def _take(self, key: tuple[int, int], question: Question, expected: Expected) -> None:
        if self._failures >= FAILURES_IN_A_ROW:
            why = f"the {FAILURES_IN_A_ROW} questions before got no answer"
            self._not_asked.append(NotAsked(question.template, f"{question.words}: {why}"))
            return
        url = f"{self._base}{question.path}"
        received = await self._ask(question, url)
        self._failures = self._failures + 1 if isinstance(received, Failure) else 0
        asked = Asked(question=question, url=url, expected=expected, received=received)
        if may_be_cached(asked):
            fresh = f"{url}?aiohttp-cors-probe={secrets.token_hex(8)}"
            asked = asked.with_again(await self._ask(question, fresh))
        self._asked[key] = asked
        self._on_answer()

    async def _ask(self, question: Question, url: str) -> Received:
        request = HttpRequest(
            method=question.sent_method,
            url=url,
            headers=(*BROWSER_HEADERS, *question.headers),
            body=None,
            credentials=False,
            preflight=question.is_preflight,
        )
        try:
            return await asyncio.wait_for(self._head_of(request), self._seconds)
        except asyncio.TimeoutError:
            return Failure(FailureKind.TIME_OUT, f"{self._seconds:g} s")
        except ClientError as error:
            return _failure(error)

    async def _head_of(self, request: HttpRequest) -> HttpResponse:
        async with answer_to(request, None, self._session) as answer:
            text = await beginning(answer) if request.preflight else ""
            return HttpResponse(answer.status, header_lines(answer), text)


def _failure(error: ClientError) -> Failure:
    """Which failure an exception of aiohttp's client is."""
    if isinstance(error, ClientSSLError):
        return Failure(FailureKind.TLS, str(error))
    if isinstance(error, ClientConnectorError):
        return Failure(_kind_of(error.os_error), error.os_error.strerror or str(error.os_error))
    if isinstance(error, ClientResponseError):
        return Failure(FailureKind.NOT_HTTP, error.message)
    return Failure(FailureKind.DISCONNECTED, str(error))


def _kind_of(error: OSError) -> FailureKind:
    match error:
        case socket.gaierror():
            return FailureKind.UNKNOWN_HOST
        case ConnectionResetError():
            return FailureKind.DISCONNECTED
        case _:
            return FailureKind.REFUSED
