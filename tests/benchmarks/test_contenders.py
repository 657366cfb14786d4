"""That what is measured is what it says: answers, not times."""

import pytest

from tests.benchmarks import plan
from tests.benchmarks.contenders import BASELINE, BY_HAND, FLOOR, OTHER_HANDS, OURS, Contender
from tests.benchmarks.wire import Connection
from tests.benchmarks.workloads import Workload

# The others have to be installed, and two of them cannot be in one process.
HERE = [BASELINE, BY_HAND, *OTHER_HANDS, FLOOR, *OURS]
# An application of thousands takes long to build, and answers like one of few.
LANES = [
    lane
    for lane in dict.fromkeys(
        (*plan.table((BASELINE, *plan.COUNTED)), *plan.other_hands(), *plan.growth())
    )
    if lane.contender in HERE and lane.shape.resources < 4000
]


@pytest.mark.parametrize("lane", LANES, ids=lambda lane: lane.name)
async def test_every_contender_answers_what_the_cases_say(lane: plan.Lane) -> None:
    assert await complaints(lane.contender, lane.workload) == []


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
