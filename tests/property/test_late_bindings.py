"""No refused request passes, whatever was remembered, and whatever came late.

Random programs of the fluent API are put together in the middle of a script: resources and routes are added
and policies are bound between one fetch and the next, before the start and after it. From then on they decide
as if they had been there before. A browser keeps what it was told until it runs out, and no server can
take that back: so what was remembered runs out where something is added.

Every answer to a preflight is looked at twice. The model of a browser does what the standard says; and
`tests.property.remembered` combines all that was ever listed, which is more than any engine does.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Final, TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from aiohttp_cors._protocol import checks
from aiohttp_cors._protocol.checks import judge_preflight
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.header_values import RequestedNames
from aiohttp_cors._protocol.verdicts import Asked, OnTheWire, PreflightVerdict, UrlScope
from aiohttp_cors._server import preflights
from aiohttp_cors._table import bindings
from aiohttp_cors._table.scope import Scope
from tests.property.judged import Ask, ClauseOf, Part, Program, Site, parts_of
from tests.property.random_programs import programs, scripts
from tests.property.trial import judge, on_trial
from tests.random_examples import examples

MANY: Final = examples(1000)

Stages: TypeAlias = Sequence[Sequence[Part]]
"""What is there from the start, and what comes later, a time after the other."""


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@st.composite
def staged(draw: st.DrawFn) -> tuple[Program, Stages]:
    """A program whose parts come in three stages; what a policy is bound to comes before it."""
    program = draw(programs())
    parts = parts_of(program)
    when = draw(st.lists(st.integers(0, 2), min_size=len(parts), max_size=len(parts)))
    stage_of = dict(zip(parts, when, strict=True))
    for part in parts:
        site = program.sites[part.site]
        if part.kind == "site" and (site.below or part.site == program.excluded):
            stage_of[part] = 0  # a mounted application's paths are fixed; what is excluded is there
        if part.kind in {"route", "site's policy", "route's policy"}:
            stage_of[part] = max(stage_of[part], stage_of[Part("site", part.site)])
        if part.kind == "route" and part.method == "OPTIONS":
            # Later it would be too late: a covered resource has our route for it.
            stage_of[part] = stage_of[Part("site", part.site)]
        if part.kind == "route's policy":
            stage_of[part] = max(stage_of[part], stage_of[Part("route", part.site, part.method)])
    return program, [[part for part in parts if stage_of[part] == stage] for stage in range(3)]


def without_options(script: list[Ask]) -> list[Ask]:
    """No fetch with OPTIONS: aiohttp gives it to the route that was there first, which may be ours."""
    return [replace(ask, method="PUT") if ask.method == "OPTIONS" else ask for ask in script]


def judge_late(
    program: Program,
    stages: Stages,
    asked: Sequence[Sequence[Ask]],
    loop: asyncio.AbstractEventLoop,
) -> None:
    """One browser asks before each stage comes and afterwards."""
    first, *later = stages
    with on_trial(program, loop, first) as trial:
        judge(trial, asked[0])
        for parts, script in zip(later, asked[1:], strict=True):
            trial.come(parts)
            judge(trial, script)


def test_no_refused_request_passes_whatever_was_remembered_and_whatever_came_late(
    loop: asyncio.AbstractEventLoop,
) -> None:
    @settings(max_examples=MANY, suppress_health_check=[HealthCheck.too_slow])
    @given(staged(), scripts().map(without_options), st.integers(0, 2))
    def judge_any(staged: tuple[Program, Stages], script: list[Ask], again: int) -> None:
        program, stages = staged
        event(f"late parts: {sum(map(len, stages[1:]))}")
        # The same is asked at each stage: an answer that was remembered here would be wrong there.
        judge_late(program, stages, [script, script if again else [], script], loop)

    judge_any()


def list_all(
    asked: Asked, policy: CompiledPolicy, grant: Grant | None, row: OnTheWire, scope: UrlScope
) -> PreflightVerdict:
    """An answer is as wide where the policy leaves out a GET, a HEAD or a POST that is routed."""
    wide = Scope(scope.methods, scope.alone, unchecked=frozenset())
    return judge_preflight(asked, policy, grant, row, wide)


def list_what_was_asked(names: RequestedNames, grant: Grant) -> str:
    """A refusal lists what was asked for, and not what is allowed of it."""
    return ",".join(names or ())


ORIGIN: Final = "https://a.example"
TOKEN: Final = (("X-A", "1"),)


def program_of(
    *policies: ClauseOf, methods: tuple[str, ...], site: int | None, route: int | None = None
) -> Program:
    """``/a``, with policies for itself and its last route; else the first is everything's."""
    routes = {} if route is None else {methods[-1]: route}
    return Program(
        policies=tuple((policy,) for policy in policies),
        sites=(Site("/a", False, methods, False, 200, site, routes),),
        subapp=None,
        inner=None,
        outer=0 if site is None else None,
        excluded=None,
        is_own=False,
        has_middleware=False,
        target="/a",
    )


def asks(*fetches: tuple[str, tuple[tuple[str, str], ...]]) -> list[Ask]:
    return [Ask("/a", ORIGIN, method, lines, "omit", 0, None) for method, lines in fetches]


def clause(*, names: tuple[str, ...] = (), methods: tuple[str, ...] | None = None) -> ClauseOf:
    return ClauseOf("keys", (ORIGIN,), names=names, methods=methods, max_age=60)


Broken: TypeAlias = tuple[ModuleType, str, object]

# What is broken, the program, what of it comes late, the fetches that show it, and what is said then.
FAULTS: Final[Mapping[str, tuple[Broken, Program, Part, list[Ask], str]]] = {
    "a token is remembered where POST is left out": (
        (preflights, "judge_preflight", list_all),
        program_of(clause(names=("X-A",), methods=("PUT",)), methods=("PUT", "POST"), site=0),
        Part("site's policy"),
        asks(("PUT", TOKEN)),
        "a refused request passes",
    ),
    "a refusal lists the header that it refuses": (
        (checks, "_echo", list_what_was_asked),
        program_of(clause(), methods=("PUT",), site=0),
        Part("site's policy"),
        asks(("PUT", TOKEN)),
        "a request passes with a refused header",
    ),
    "a refused POST is told what is allowed": (
        (checks, "SAFELISTED_METHODS", frozenset[str]()),
        program_of(clause(), methods=("PUT",), site=0),
        Part("site's policy"),
        [Ask("/a", ORIGIN, "POST", (), "omit", 0, None, watched=True)],
        "watched=True",
    ),
    "what was known before a policy came is kept": (
        (bindings, "changed", lambda: None),
        program_of(clause(names=("X-A",)), clause(), methods=("PUT",), site=None, route=1),
        Part("route's policy", 0, "PUT"),
        asks(("PUT", TOKEN)),
        "a request passes with a refused header",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_library_is_found(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    broken, program, late, script, said = FAULTS[fault]
    first = [part for part in parts_of(program) if part != late]
    judge_late(program, [first, [late]], [script, script], loop)
    monkeypatch.setattr(*broken)
    with pytest.raises(AssertionError, match=said):
        judge_late(program, [first, [late]], [script, script], loop)


def test_a_random_program_finds_an_answer_that_is_too_wide(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflights, "judge_preflight", list_all)

    @settings(
        max_examples=3000,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(programs(), scripts())
    def judge_any(program: Program, script: list[Ask]) -> None:
        judge_late(program, [parts_of(program)], [script], loop)

    with pytest.raises(AssertionError, match="a refused request passes"):
        judge_any()
