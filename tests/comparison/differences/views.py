"""What views do: which defaults they have, and what becomes of methods they lack."""

import dataclasses
from typing import Final

from aiohttp import hdrs

from tests.comparison import description as d
from tests.comparison.differences.question import (
    Difference,
    Expected,
    Question,
    behind_middlewares,
    is_cors_view,
    refused_uncovered,
    served_by,
    with_view,
)

# "a view's unsupported method is a 405, not a dropped connection"


def _asks_a_view_for_a_method_it_lacks(question: Question) -> bool:
    view = question.handler(question.routing.receiver)
    return (
        isinstance(view, d.View)
        and view.mixin != "absent"
        and view.answer is None
        and question.request.method not in {"OPTIONS", *served_by(view)}
        and question.routing.receiver is not None
        and bool(question.adds(question.routing.receiver.resource))
    )


def _with_a_method_that_refuses(question: Question) -> Question:
    refusing = d.ViewMethod(
        name=question.request.method.lower(), handler=d.Handler(does="refuse the method")
    )

    def change(view: d.View) -> d.View:
        methods = [method for method in view.methods if method.name != refusing.name]
        return dataclasses.replace(view, methods=(*methods, refusing))

    return with_view(question, question.routing.receiver, change)


METHODS_VIEWS_LACK: Final = Difference(
    sentence="a view's unsupported method is a 405, not a dropped connection",
    applies=_asks_a_view_for_a_method_it_lacks,
    asked=_with_a_method_that_refuses,
)


# "a view's methods are HTTP methods only", and one that says itself what applies is asked about no
# other: what stands behind the view decides about its 405


def _asks_an_answering_view_for_an_attribute(question: Question) -> bool:
    view = question.handler(question.routing.receiver)
    return (
        isinstance(view, d.View)
        and view.mixin != "absent"
        and view.answer is not None
        and question.request.method not in hdrs.METH_ALL
    )


def _with_nothing_to_say(question: Question) -> Question:
    receiver = question.routing.receiver
    return with_view(question, receiver, lambda view: dataclasses.replace(view, answer=()))


METHODS_VIEWS_ARE_NOT_ASKED: Final = Difference(
    sentence="a view's methods are HTTP methods only, and it is asked about no other",
    applies=_asks_an_answering_view_for_an_attribute,
    asked=_with_nothing_to_say,
)


# "a view's defaults are those of the `CorsConfig` it was added to": 0.8.1 takes those of the last
# `setup` of the app that the view is in


def _has_a_view_with_other_defaults(question: Question) -> bool:
    target = question.concerned
    if (
        target is None
        or not question.adds(target.resource)
        or not is_cors_view(question.handler(target))
    ):
        return False
    return _set_up_for(question, target)[-1:] != [question.adds(target.resource)[0].cors]


def _with_the_defaults_of_the_adder(question: Question) -> Question:
    target = question.concerned
    if target is None:
        return question
    adder, app = question.adds(target.resource)[0].cors, _app_of(question, target)
    setups = [step for step in question.program.steps if isinstance(step, d.Setup)]
    (added_by,) = (step for step in setups if step.name == adder)
    last = dataclasses.replace(added_by, name="last", app=app, by_class=False)
    steps: list[d.Step] = []
    for step in question.program.steps:
        steps.append(step)
        if step == setups[-1]:
            steps.append(last)
        elif isinstance(step, d.Assign) and step.cors == adder:
            steps.append(dataclasses.replace(step, cors=last.name))
    return question.stepping(steps)


def _set_up_for(question: Question, target: d.Target) -> list[str]:
    """Names of the configurations that ``setup`` made for the app that the view is in."""
    setups = [step for step in question.program.steps if isinstance(step, d.Setup)]
    app = _app_of(question, target)
    return [setup.name for setup in setups if setup.app == app and not setup.by_class]


def _app_of(question: Question, target: d.Target) -> d.AppName:
    resources = [step for step in question.program.steps if isinstance(step, d.AddResource)]
    return next(resource.app for resource in resources if resource.name == target.resource)


DEFAULTS_OF_VIEWS: Final = Difference(
    sentence="a view's defaults are those of the `CorsConfig` it was added to",
    applies=_has_a_view_with_other_defaults,
    asked=_with_the_defaults_of_the_adder,
)


# "a view that was not added is not shared": 0.8.1 lets it answer preflights, and then sends no headers


def _asks_a_view_that_nobody_added(question: Question) -> bool:
    receiver, concerned = question.routing.receiver, question.concerned
    return (
        question.is_preflight
        and question.is_answered_by_the_library
        and receiver is not None
        and is_cors_view(question.handler(receiver))
        and not question.adds(receiver.resource)
        and (concerned is None or not question.adds(concerned.resource))
    )


def _refused_uncovered(question: Question, expected: Expected) -> Expected:
    return behind_middlewares(expected, refused_uncovered(question))


VIEWS_NOT_ADDED: Final = Difference(
    sentence="a view that was not added is not shared",
    applies=_asks_a_view_that_nobody_added,
    expected=_refused_uncovered,
)
