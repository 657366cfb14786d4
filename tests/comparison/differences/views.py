"""What views do: which defaults they have, and what becomes of methods they lack."""

import dataclasses
from typing import Final

from aiohttp import hdrs

from tests.comparison import description as d
from tests.comparison.differences.question import (
    Case,
    Difference,
    Expected,
    is_cors_view,
    refused_behind_middlewares,
    served_by,
)

# "a view's unsupported method is a 405, not a dropped connection"


def _asks_a_view_for_a_method_it_lacks(case: Case) -> bool:
    view = case.handler(case.routing.receiver)
    return (
        isinstance(view, d.View)
        and view.mixin != "absent"
        and view.answer is None
        and case.request.method not in {"OPTIONS", *served_by(view)}
        and case.routing.receiver is not None
        and bool(case.adds(case.routing.receiver.resource))
    )


def _with_a_method_that_refuses(case: Case) -> Case:
    refusing = d.ViewMethod(
        name=case.request.method.lower(), handler=d.Handler(does="refuse the method")
    )
    receiver = case.routing.receiver
    steps: list[d.Step] = []
    for step in case.program.steps:
        if (
            isinstance(step, d.AddRoute)
            and isinstance(step.handler, d.View)
            and receiver == d.Target(resource=step.resource, method=step.method)
        ):
            methods = [m for m in step.handler.methods if m.name != refusing.name]
            view = dataclasses.replace(step.handler, methods=(*methods, refusing))
            step = dataclasses.replace(step, handler=view)  # noqa: PLW2901
        steps.append(step)
    return case.stepping(steps)


METHODS_VIEWS_LACK: Final = Difference(
    sentence="a view's unsupported method is a 405, not a dropped connection",
    applies=_asks_a_view_for_a_method_it_lacks,
    asked=_with_a_method_that_refuses,
)


# "a view's methods are HTTP methods only", where the view says itself what applies: whether it is
# asked about another method is not said


def _asks_an_answering_view_for_an_attribute(case: Case) -> bool:
    view = case.handler(case.routing.receiver)
    return (
        isinstance(view, d.View)
        and view.mixin != "absent"
        and view.answer is not None
        and case.request.method not in hdrs.METH_ALL
    )


def _without_headers(_case: Case, expected: Expected) -> Expected:
    return dataclasses.replace(expected, cors=None)


METHODS_VIEWS_ARE_NOT_ASKED: Final = Difference(
    sentence="a view's methods are HTTP methods only, and it is asked about no other",
    applies=_asks_an_answering_view_for_an_attribute,
    expected=_without_headers,
)


# "a view's defaults are those of the `CorsConfig` it was added to": 0.8.1 takes those of the last
# `setup` of the app that the view is in


def _has_a_view_with_other_defaults(case: Case) -> bool:
    target = case.concerned
    if target is None or not case.adds(target.resource) or not is_cors_view(case.handler(target)):
        return False
    return _set_up_for(case, target)[-1:] != [case.adds(target.resource)[0].cors]


def _with_the_defaults_of_the_adder(case: Case) -> Case:
    target = case.concerned
    if target is None:
        return case
    adder, app = case.adds(target.resource)[0].cors, _app_of(case, target)
    setups = [step for step in case.program.steps if isinstance(step, d.Setup)]
    (added_by,) = (step for step in setups if step.name == adder)
    last = dataclasses.replace(added_by, name="last", app=app, by_class=False)
    steps: list[d.Step] = []
    for step in case.program.steps:
        steps.append(step)
        if step == setups[-1]:
            steps.append(last)
        elif isinstance(step, d.Assign) and step.cors == adder:
            steps.append(dataclasses.replace(step, cors=last.name))
    return case.stepping(steps)


def _set_up_for(case: Case, target: d.Target) -> list[str]:
    """Names of the configurations that ``setup`` made for the app that the view is in."""
    setups = [step for step in case.program.steps if isinstance(step, d.Setup)]
    app = _app_of(case, target)
    return [setup.name for setup in setups if setup.app == app and not setup.by_class]


def _app_of(case: Case, target: d.Target) -> d.AppName:
    resources = [step for step in case.program.steps if isinstance(step, d.AddResource)]
    return next(resource.app for resource in resources if resource.name == target.resource)


DEFAULTS_OF_VIEWS: Final = Difference(
    sentence="a view's defaults are those of the `CorsConfig` it was added to",
    applies=_has_a_view_with_other_defaults,
    asked=_with_the_defaults_of_the_adder,
)


# "a view that was not added is not shared": 0.8.1 lets it answer preflights, and then sends no headers


def _asks_a_view_that_nobody_added(case: Case) -> bool:
    receiver, concerned = case.routing.receiver, case.concerned
    return (
        case.is_preflight
        and case.is_answered_by_the_library
        and receiver is not None
        and is_cors_view(case.handler(receiver))
        and not case.adds(receiver.resource)
        and (concerned is None or not case.adds(concerned.resource))
    )


VIEWS_NOT_ADDED: Final = Difference(
    sentence="a view that was not added is not shared",
    applies=_asks_a_view_that_nobody_added,
    expected=refused_behind_middlewares,
)
