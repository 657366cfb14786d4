"""On the wire, the classic API is aiohttp-cors 0.8.1 but for the listed differences.

The programs are the same in every run; ``make explore`` tries others.
"""

import dataclasses
from collections.abc import Mapping
from typing import Final

import pytest
from hypothesis import HealthCheck, example, given, settings

from tests.comparison import description as d
from tests.comparison.comparing import Comparison, Worker, compare
from tests.comparison.lines import from_line, to_line
from tests.comparison.strategies import tasks
from tests.comparison.written import expression
from tests.random_examples import examples

pytestmark = pytest.mark.comparison

_ORIGIN: Final = "https://a.example"
_OPTIONS: Final = d.Options(
    allow_credentials=True, expose_headers=("X-One",), allow_headers=("X-A",), max_age=600
)
_TASK: Final = d.Task(
    program=d.Program(
        steps=(
            d.Setup(name="cors", app="root", defaults=((_ORIGIN, _OPTIONS),)),
            d.AddResource(name="items", app="root", path="/items"),
            d.AddRoute(resource="items", method="GET", handler=d.Handler()),
            d.AddRoute(resource="items", method="PUT", handler=d.Handler(does="break")),
            d.Add(cors="cors", resource="items"),
            d.Add(cors="cors", resource="items", method="GET"),
            d.Add(cors="cors", resource="items", method="PUT"),
        )
    ),
    requests=(
        d.Request(method="GET", path="/items", headers=(("Origin", _ORIGIN),)),
        d.Request(
            method="OPTIONS",
            path="/items",
            headers=(
                ("Origin", _ORIGIN),
                ("Access-Control-Request-Method", "PUT"),
                ("Access-Control-Request-Headers", "x-a"),
            ),
        ),
    ),
)


@settings(
    max_examples=examples(250),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    report_multiple_bugs=False,
)
@given(task=tasks())
@example(task=_TASK)
def test_any_program_answers_any_request_as_with_0_8_1(
    original: Worker, ours: Worker, task: d.Task
) -> None:
    comparison = compare(original, ours, task)
    assert not comparison.discrepancies, "\n\n".join(map(str, comparison.discrepancies[:1]))


def _with_options(options: d.Options, origin: str = _ORIGIN) -> d.Program:
    setup = d.Setup(name="cors", app="root", defaults=((origin, options),))
    return dataclasses.replace(_TASK.program, steps=(setup, *_TASK.program.steps[1:]))


def _with_handler(handler: d.Handler) -> d.Program:
    steps = [
        dataclasses.replace(step, handler=handler) if isinstance(step, d.AddRoute) else step
        for step in _TASK.program.steps
    ]
    return dataclasses.replace(_TASK.program, steps=tuple(steps))


_CHANGED: Final[Mapping[str, d.Program]] = {
    "an age": _with_options(dataclasses.replace(_OPTIONS, max_age=601)),
    "no age": _with_options(dataclasses.replace(_OPTIONS, max_age=None)),
    "no credentials": _with_options(dataclasses.replace(_OPTIONS, allow_credentials=False)),
    "an exposed name": _with_options(dataclasses.replace(_OPTIONS, expose_headers=("X-Two",))),
    "all names exposed": _with_options(dataclasses.replace(_OPTIONS, expose_headers="*")),
    "no allowed name": _with_options(dataclasses.replace(_OPTIONS, allow_headers=())),
    "an origin": _with_options(_OPTIONS, "https://a.example."),
    "a status": _with_handler(d.Handler(status=201)),
    "a header of a handler": _with_handler(
        d.Handler(headers=(("Access-Control-Allow-Methods", "GET"),))
    ),
    "a resource that is not added": dataclasses.replace(
        _TASK.program, steps=_TASK.program.steps[:4]
    ),
    "a route that is not added": dataclasses.replace(_TASK.program, steps=_TASK.program.steps[:-1]),
    "an add that is refused": dataclasses.replace(
        _TASK.program, steps=(*_TASK.program.steps[:-1], _TASK.program.steps[-2])
    ),
}


@pytest.mark.parametrize("changed", _CHANGED.values(), ids=_CHANGED.keys())
def test_a_program_that_is_not_the_same_is_noticed(
    original: Worker, another_original: Worker, changed: d.Program
) -> None:
    found = compare(original, another_original, _TASK, changed=changed).discrepancies
    assert found
    assert all('"say here what it is": d.Task(program=d.Program(' in str(each) for each in found)


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(task=tasks())
def test_0_8_1_agrees_with_itself(original: Worker, another_original: Worker, task: d.Task) -> None:
    assert not compare(original, another_original, task, differences=()).discrepancies


def test_hardly_an_answer_is_left_out(original: Worker, another_original: Worker) -> None:
    counted: list[Comparison] = []

    @settings(
        max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(task=tasks())
    def count(task: d.Task) -> None:
        counted.append(compare(original, another_original, task))

    count()
    answers = sum(comparison.answers for comparison in counted)
    assert answers > len(counted)
    assert sum(comparison.left_out for comparison in counted) < answers / 10


@settings(max_examples=examples(30))
@given(task=tasks())
def test_a_description_survives_its_journey(task: d.Task) -> None:
    assert from_line(to_line(task)) == task


@settings(max_examples=examples(30))
@given(task=tasks())
def test_a_task_is_written_as_a_row_that_says_the_same(task: d.Task) -> None:
    assert eval(expression(task), {"d": d}) == task
