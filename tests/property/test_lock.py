"""`diff` says "wider" exactly where some request passes now and did not before.

Two random programs with the same routes and other policies run side by side. A browser asks both of
them the same random requests: whatever passes only in the second one has to be in the difference.
Each change of the difference is then shown by its own request, which a browser sends to both.
"""

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from aiohttp_cors import LiveOrigins
from aiohttp_cors._tools.locking import rights
from aiohttp_cors._tools.locking.difference import Kind, Request
from aiohttp_cors._tools.locking.facts import NO_RESOURCE, NO_ROUTE
from aiohttp_cors._tools.locking.origin_sets import Classes, Named, OriginSet
from aiohttp_cors.browser.request import PageRequest
from tests.property.compared import Side, compare_sides, show
from tests.property.judged import (
    HEADERS,
    HOST,
    METHODS,
    ORIGINS,
    SUB,
    URLS,
    Built,
    ClauseOf,
    PolicyOf,
    Program,
    Site,
    parts_of,
)
from tests.property.memory_server import MemoryServer
from tests.property.random_programs import MODES, programs
from tests.property.trial import plain
from tests.random_examples import examples

ASKED: Final = 100
"""How many requests are tried for a pair of programs."""

LINES: Final = ((), (), *combinations(HEADERS, 1), *combinations(list(HEADERS)[:4], 2))
LIVE: Final = ("https://p.example", "https://a.example", "https://y.x.example")


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


class Twin:
    """The routes of both programs without CORS: says which resource answers."""

    def __init__(self, program: Program, loop: asyncio.AbstractEventLoop) -> None:
        self._program = program
        self._server = MemoryServer(Built(program, None, parts_of(program)).app, loop)

    def url_for(self, request: Request) -> str | None:
        """A URL at which the resource of `request` answers as it says; None if none is known."""
        for url in URLS:
            matching = [site for site in self._program.sites if site.serves(url)]
            answer = self._server.send(plain(request.method, url))
            number = answer.values("X-Site")
            if request.answer == NO_RESOURCE:
                where = SUB if url.startswith(f"{SUB}/") else ""
                found = not number and answer.status == 404 and request.path == f"{where}/*"
            elif request.answer == NO_ROUTE:
                paths = {template_of(site) for site in matching}
                found = not number and answer.status == 405 and paths == {request.path}
            else:
                site = self._program.sites[int(number[0])] if number else None
                found = site is not None and template_of(site) == request.path
            if found:
                return HOST + url
        return None

    def stop(self) -> None:
        self._server.stop()


def template_of(site: Site) -> str:
    return f"{SUB if site.below else ''}{site.path}"


def without_predicates(policy: PolicyOf) -> PolicyOf:
    """A lock cannot see what is behind a predicate; what is behind a live set is the same here."""
    seen = tuple(clause for clause in policy if clause.kind not in {"where", "awaited"})
    return seen or (ClauseOf(kind="any", names=("X-A",)),)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Program, Program]:
    """Two programs that serve the same, under policies and bindings of their own."""
    one, other = draw(programs()), draw(programs())
    size = len(other.policies)
    sites = [
        replace(
            site,
            status=site.status if site.status < 300 else 200,
            policy=None if beside.policy is None else beside.policy % size,
            routes={method: n % size for method, n in site.routes.items()},
        )
        for site, beside in zip(one.sites, (*other.sites, *one.sites), strict=False)
    ]
    before = replace(
        one,
        policies=tuple(map(without_predicates, one.policies)),
        sites=tuple(
            replace(site, status=now.status) for site, now in zip(one.sites, sites, strict=True)
        ),
        is_own=True,
    )
    now = replace(
        before,
        policies=tuple(map(without_predicates, other.policies)),
        sites=tuple(sites),
        subapp=other.subapp,
        inner=other.inner,
        outer=other.outer,
    )
    return before, now


def some_pages(seed: int) -> list[PageRequest]:
    """Requests as pages of other origins than the server's send them."""
    chance = random.Random(seed)
    origins = [origin for origin in ORIGINS if origin != HOST]
    return [
        PageRequest(
            url=HOST + chance.choice(URLS),
            origin=chance.choice(origins),
            method=chance.choice(METHODS),
            headers=chance.choice(LINES),
            credentials=chance.choice(MODES),
        )
        for _ in range(ASKED)
    ]


def compare_programs(
    pair: tuple[Program, Program], seed: int, loop: asyncio.AbstractEventLoop
) -> None:
    lives = LiveOrigins(LIVE), LiveOrigins(LIVE)
    apps = [
        Built(program, live, parts_of(program)).app
        for program, live in zip(pair, lives, strict=True)
    ]
    before, now = (Side(app, live, loop) for app, live in zip(apps, lives, strict=True))
    twin = Twin(pair[0], loop)
    try:
        difference = compare_sides(before, now, some_pages(seed))
        for change in difference.changes:
            url = None if change.kind is Kind.OTHER else twin.url_for(change.request)
            event(f"{change.gain.value}: {'no URL' if url is None else 'shown'}")
            if url is not None:
                show(before, now, change, url)
    finally:
        for each in (before, now, twin):
            each.stop()


def test_what_passes_now_alone_is_wider_and_each_witness_shows_it(
    loop: asyncio.AbstractEventLoop,
) -> None:
    @settings(max_examples=examples(100), suppress_health_check=[HealthCheck.too_slow])
    @given(pairs(), st.integers(0, 2**32))
    def compare_any(pair: tuple[Program, Program], seed: int) -> None:
        compare_programs(pair, seed, loop)

    compare_any()


def take_any_header(case: rights.Case) -> rights.Names:
    """Any header is taken for one that a script may set."""
    return None


def leave_out_exceptions(
    origins: Classes, inside: frozenset[Named], asked: Sequence[tuple[str, bool]], *, rest: bool
) -> OriginSet:
    """A set has no member that it does not have."""
    return OriginSet(inside, frozenset(), tuple(asked), rest)


def forget_preflights(case: rights.Case, *names: str, credentials: bool = False) -> bool:
    """No method needs a preflight."""
    return not names and case.grant.allow_credentials >= credentials


FAULTS: Final[Mapping[str, tuple[type, str, object]]] = {
    "headers": (rights.Case, "_settable", take_any_header),
    "origins": (Classes, "set_of", leave_out_exceptions),
    "preflights": (rights.Case, "_passes", forget_preflights),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_lock_is_found(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(*FAULTS[fault])

    @settings(
        max_examples=200,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(pairs(), st.integers(0, 2**32))
    def compare_any(pair: tuple[Program, Program], seed: int) -> None:
        compare_programs(pair, seed, loop)

    with pytest.raises(AssertionError):
        compare_any()
