"""A browser lets a request through if and only if the policy of the route that serves it allows it.

Random programs of the fluent API answer random fetches of a script, with the preflight cache and
redirects, in a browser as the Fetch standard describes it. What the policy allows is read from the
description of the program (`tests.property.judged`); what serves a request is asked of a twin of
the program that has no CORS. On the way, no answer may give away anything it should not.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from aiohttp_cors._protocol import checks, decision
from aiohttp_cors._protocol.checks import judge_actual, judge_preflight
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.header_values import RequestedNames
from aiohttp_cors._protocol.verdicts import (
    ActualVerdict,
    Asked,
    Naming,
    OnTheWire,
    PreflightVerdict,
    Refused,
    UrlScope,
)
from aiohttp_cors._server import preflights
from aiohttp_cors._table.scope import Scope
from tests.property.judged import Ask, ClauseOf, PolicyOf, Program, Site
from tests.property.random_programs import programs, scripts
from tests.property.trial import judge, on_trial, run_script
from tests.random_examples import examples


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


MANY: Final = examples(2000)


def test_a_browser_lets_through_what_the_policy_of_the_serving_route_allows_and_nothing_else(
    loop: asyncio.AbstractEventLoop,
) -> None:
    @settings(max_examples=MANY, suppress_health_check=[HealthCheck.too_slow])
    @given(programs(), scripts())
    def judge_any(program: Program, script: list[Ask]) -> None:
        with on_trial(program, loop) as trial:
            judge(trial, script)

    judge_any()


def in_another_order(policy: PolicyOf) -> PolicyOf:
    """The same clauses from last to first, but predicates and live sets in the order written."""
    asked = iter([clause for clause in policy if clause.kind in {"where", "awaited", "live"}])
    kept = {"keys", "any"}
    return tuple(clause if clause.kind in kept else next(asked) for clause in reversed(policy))


def test_the_order_of_clauses_changes_no_answer_but_that_of_predicates_and_live_sets(
    loop: asyncio.AbstractEventLoop,
) -> None:
    @settings(max_examples=MANY // 8, suppress_health_check=[HealthCheck.too_slow])
    @given(programs(), scripts())
    def compare_orders(program: Program, script: list[Ask]) -> None:
        policies = tuple(in_another_order(policy) for policy in program.policies)
        assume(policies != program.policies)
        heard: list[list[object]] = []
        for variant in (program, replace(program, policies=policies)):
            with on_trial(variant, loop) as trial:
                list(run_script(trial, script))
            heard.append(trial.heard)
        assert heard[0] == heard[1]

    compare_orders()


def ignore_methods(
    origin: str | None, method: str, grant: Grant | None, naming: Naming
) -> ActualVerdict | None:
    """An actual request with a method that the rule does not name is answered like any other."""
    named = None if grant is None or not grant.checks_method else grant.allow_methods
    return judge_actual(origin, next(iter(named)) if named else method, grant, naming)


def refuse_no_header(names: RequestedNames, grant: Grant) -> Refused | None:
    """A preflight may ask for any header name."""
    return None


def echo_all(names: RequestedNames, grant: Grant) -> str:
    """And is told that it is allowed."""
    return ",".join(names or ())


def remember_all(
    asked: Asked, policy: CompiledPolicy, grant: Grant | None, row: OnTheWire, scope: UrlScope
) -> PreflightVerdict:
    """A browser may remember an answer where another policy decides about another method."""
    wide = Scope(scope.methods, alone=True, unchecked=frozenset())
    return judge_preflight(asked, policy, grant, row, wide)


FAULTS: Final[Mapping[str, Sequence[tuple[ModuleType, str, object]]]] = {
    "methods": [(decision, "judge_actual", ignore_methods)],
    "names": [(checks, "_refuse_headers", refuse_no_header), (checks, "_echo", echo_all)],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_library_is_found(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    for module, name, wrong in FAULTS[fault]:
        monkeypatch.setattr(module, name, wrong)

    @settings(
        max_examples=500,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(programs(), scripts())
    def judge_any(program: Program, script: list[Ask]) -> None:
        with on_trial(program, loop) as trial:
            judge(trial, script)

    with pytest.raises(AssertionError):
        judge_any()


def test_what_a_browser_remembers_of_one_policy_is_no_word_about_another(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = "https://a.example"
    program = Program(
        policies=(
            (ClauseOf(kind="keys", keys=(origin,), names="*", max_age=60),),
            (ClauseOf(kind="keys", keys=(origin,)),),
        ),
        sites=(Site("/a", False, ("GET", "PUT"), False, 200, None, {"GET": 0, "PUT": 1}),),
        subapp=None,
        inner=None,
        outer=None,
        excluded=None,
        is_own=False,
        has_middleware=False,
        target="/a",
    )
    asked = (("X-A", "1"),)
    script = [Ask("/a", origin, method, asked, "omit", 0, None) for method in ("GET", "PUT")]
    script.insert(0, Ask("/a", origin, "PUT", (), "omit", 0, None))
    with on_trial(program, loop) as trial:
        judge(trial, script)
    monkeypatch.setattr(preflights, "judge_preflight", remember_all)
    with pytest.raises(AssertionError), on_trial(program, loop) as trial:
        judge(trial, script)
