"""A client that knows what each answer has to be, and asks while a load tool keeps the server busy.

Owns: connections, pipelining, early closes, and the tally of what was right and wrong.
Leaves to: `tests.soak.cases` what is asked and what is right.
"""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from itertools import count, takewhile
from typing import Final, final

from tests.benchmarks.wire import Answer
from tests.soak.cases import CASES, Case
from tests.soak.moving import START, STATE, State

_CONNECTIONS: Final = 4
_PIPELINED: Final = 3
_PATIENCE: Final = 30
"""Seconds after which an answer counts as dropped."""
_KEPT: Final = 10
"""Complaints that are kept to be printed."""
_LIVE: Final = "live"
"""What the names of those cases have in them whose answers change back and forth."""


class DroppedError(Exception):
    """A connection ended, or fell silent, before the answer was complete."""


@final
@dataclass(slots=True)
class Tally:
    """What the client has seen."""

    answered: Counter[str] = field(default_factory=Counter[str])
    """How often each case was answered."""
    live: Counter[bool] = field(default_factory=Counter[bool])
    """How often an origin that comes and goes was allowed, and how often not."""
    wrong: int = 0
    server_errors: int = 0
    dropped: int = 0
    complaints: list[str] = field(default_factory=list[str])
    state: State = START
    """The furthest that any worker was."""

    @property
    def checked(self) -> int:
        """Decisions that were compared with what they have to be."""
        return self.answered.total()

    def take(self, case: Case, number: int, answer: Answer) -> None:
        """Compare an answer."""
        self.answered[case.name] += 1
        if answer.status >= 500:
            self.server_errors += 1
        if found := case.complaints(answer, number):
            self.wrong += 1
            self._keep(f"{case.name}: {'; '.join(found)}")
        if _LIVE in case.name:
            self.live["Access-Control-Allow-Origin" in answer.headers] += 1
        if (state := answer.headers.get(STATE)) is not None:
            self.state = max(self.state, State.of(state))

    def drop(self, what: str, why: str) -> None:
        """Count an answer or a connection that did not come."""
        self.dropped += 1
        self._keep(f"{what}: dropped, {why}")

    def _keep(self, complaint: str) -> None:
        if len(self.complaints) < _KEPT:
            self.complaints.append(complaint)


async def read_answer(reader: asyncio.StreamReader, *, is_head: bool = False) -> Answer:
    """One answer of a connection. Raises `DroppedError`."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
        answer = Answer(raw)
        if is_head or answer.status == 101:
            return answer
        # Whatever is asked here is answered with a length.
        length = int(answer.headers.get("Content-Length", "0"))
        return Answer(raw + await reader.readexactly(length))
    except (OSError, asyncio.IncompleteReadError) as error:
        raise DroppedError(repr(error)) from None


async def check(port: int, seconds: float, tally: Tally, *, seed: int) -> None:
    """Ask over several connections for so long."""
    numbers = count()
    deadline = asyncio.get_running_loop().time() + seconds
    await asyncio.gather(
        *(
            _Asking(port, tally, numbers, random.Random(seed + turn)).run(deadline)
            for turn in range(_CONNECTIONS)
        )
    )


@final
class _Asking:
    """One connection at a time, until the end."""

    def __init__(
        self, port: int, tally: Tally, numbers: "count[int]", chance: random.Random
    ) -> None:
        self._port = port
        self._tally = tally
        self._numbers = numbers
        self._chance = chance

    async def run(self, deadline: float) -> None:
        loop = asyncio.get_running_loop()
        cases: list[Case] = []
        while loop.time() < deadline:
            try:
                if not cases:
                    cases = self._chance.sample(CASES, len(CASES))
                    await self._close_early()
                cases = await self._converse(cases, deadline)
            except OSError as error:
                self._tally.drop("a connection", str(error))
                return

    async def _converse(self, cases: list[Case], deadline: float) -> list[Case]:
        """Ask until the connection ends; gives what is left."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            while cases and asyncio.get_running_loop().time() < deadline:
                asked, cases = self._together(cases)
                if not await self._ask(reader, writer, asked):
                    break
            return cases
        finally:
            writer.close()

    def _together(self, cases: list[Case]) -> tuple[list[Case], list[Case]]:
        """What to send at once: at times several requests. What ends a connection goes alone.

        aiohttp forgets the requests that arrive in one piece with what is no HTTP.
        """
        size = self._chance.choice((1, 1, 1, _PIPELINED))
        together = list(takewhile(lambda case: not case.ends, cases[:size])) or cases[:1]
        return together, cases[len(together) :]

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: list[Case]
    ) -> bool:
        """Whether the connection stays open."""
        numbered = [(case, next(self._numbers)) for case in asked]
        writer.write(b"".join(case.bytes_of(number) for case, number in numbered))
        for case, number in numbered:
            try:
                answer = await asyncio.wait_for(
                    read_answer(reader, is_head=case.request.startswith(b"HEAD ")), _PATIENCE
                )
            except DroppedError as error:
                self._tally.drop(case.name, str(error))
                return False
            except asyncio.TimeoutError:
                self._tally.drop(case.name, f"no answer in {_PATIENCE} s")
                return False
            self._tally.take(case, number, answer)
        return not asked[-1].ends

    async def _close_early(self) -> None:
        """Send a request, or the half of one, and go away."""
        _, writer = await asyncio.open_connection("127.0.0.1", self._port)
        request = self._chance.choice(CASES).bytes_of(next(self._numbers))
        writer.write(request[: self._chance.choice((len(request), len(request) // 2))])
        await writer.drain()
        writer.close()
