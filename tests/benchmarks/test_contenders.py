"""That what is measured is what it says: answers, not times."""

import pytest

from tests.benchmarks import plan
from tests.benchmarks.contenders import BASELINE, BY_HAND, CONTENDERS, OURS, Contender
from tests.benchmarks.figures import Claim, Figure
from tests.benchmarks.wire import Connection
from tests.benchmarks.workloads import Workload

# The others have to be installed, and two of them cannot be in one process.
HERE = [each for each in CONTENDERS if each.requirement is None]
WORKLOADS = [*plan.TABLE, *plan.HOSTILE, plan.LONG_ORIGIN, plan.LONG_ORIGIN_PREFLIGHT]


@pytest.mark.parametrize("contender", HERE, ids=lambda contender: contender.name)
async def test_every_contender_answers_what_the_cases_say(contender: Contender) -> None:
    for workload in WORKLOADS:
        if workload in plan.TABLE or contender in OURS:
            assert await complaints(contender, workload) == []


@pytest.mark.parametrize("workload", plan.TABLE, ids=lambda workload: workload.name)
async def test_an_application_without_cors_is_not_taken_for_one_with_it(workload: Workload) -> None:
    assert bool(await complaints(BASELINE, workload, taken_for=BY_HAND)) is workload.covered


async def complaints(
    contender: Contender, workload: Workload, *, taken_for: Contender | None = None
) -> list[str]:
    connection = await Connection.to(contender.build(plan.Lane(contender, workload).shape))
    try:
        answers = [await connection.ask(request) for request in workload.requests]
        return list(workload.complaints(taken_for or contender, answers))
    finally:
        await connection.close()


def test_a_figure_above_its_limit_is_missed_by_the_difference() -> None:
    claim = Claim(1, "anything", BY_HAND, Figure.of([2.0, 2.0, 2.0]), 1.5)
    assert claim.verdict == "missed by 0.50 ×"


def test_a_limit_inside_the_spread_is_missed_within_the_noise() -> None:
    claim = Claim(1, "anything", BY_HAND, Figure.of([1.0, 2.0, 3.0]), 1.6)
    assert claim.verdict == "missed by 0.40 ×, within the noise"


def test_a_figure_at_its_limit_holds() -> None:
    assert Claim(1, "anything", BY_HAND, Figure.of([1.5]), 1.5).verdict == "holds"


def test_a_ratio_to_nothing_is_no_verdict() -> None:
    ratio = Figure.of([1.0]) / Figure.of([-0.1])
    assert Claim(1, "anything", BY_HAND, ratio, 1.0).verdict == "cannot be told: too much noise"
