"""Which policy decides: that of the route which would serve the actual request, and no other's."""

import dataclasses
from typing import Final

from tests.comparison import description as d
from tests.comparison.differences.question import (
    ANYTHING,
    Difference,
    Expected,
    Question,
    behind_middlewares,
    is_cors_view,
    is_name,
    merged,
    names_method,
    options_for,
    refused_method,
    refused_uncovered,
    with_view,
)

_STEPS_OF_A_RESOURCE: Final = (d.AddResource, d.AddRoute, d.Add)


# "a preflight for a method that another resource of the same path serves succeeds";
# "a preflight is judged by the route that would serve the actual request"


def _is_served_by_another_resource(question: Question) -> bool:
    receiver, server = question.routing.receiver, question.routing.server
    return (
        question.is_preflight
        and receiver is not None
        and server is not None
        and receiver.resource != server.resource
        and bool(
            question.adds(receiver.resource)
            or question.adds(server.resource)
            or is_cors_view(question.handler(receiver))
        )
    )


def _with_that_resource_alone(question: Question) -> Question:
    server = question.routing.server
    if server is None or not question.adds(server.resource):
        return question
    alone = server.resource
    steps = [
        step
        for step in question.program.steps
        if not isinstance(step, _STEPS_OF_A_RESOURCE)
        or (step.name if isinstance(step, d.AddResource) else step.resource) == alone
    ]
    # Its own OPTIONS requests go to the library's route, unless a view was there before that.
    before = question.stepping(steps[: steps.index(question.adds(alone)[0])])
    view = d.Target(resource=alone, method="*")
    is_first = is_cors_view(before.handler(view))
    receiver = view if is_first else d.Target(resource=alone, method="OPTIONS")
    routing = dataclasses.replace(question.routing, receiver=receiver)
    return dataclasses.replace(question.stepping(steps), routing=routing)


def _refused_where_that_resource_is_private(question: Question, expected: Expected) -> Expected:
    receiver, server = question.routing.receiver, question.routing.server
    if receiver is None or server is None or question.adds(server.resource):
        return expected
    refused = refused_uncovered(question)
    return refused if question.adds(receiver.resource) else behind_middlewares(expected, refused)


ANOTHER_RESOURCE: Final = Difference(
    sentence="a preflight for a method that another resource of the same path serves succeeds",
    applies=_is_served_by_another_resource,
    asked=_with_that_resource_alone,
    expected=_refused_where_that_resource_is_private,
)


# Not in the list: an app that has started takes no middleware any more. A user's own OPTIONS handler
# that joins a path then gets the preflights of that path, as with 0.8.1, unless something else in the
# app made the library look first.


def _is_an_options_handler_too_late(question: Question) -> bool:
    receiver, steps = question.routing.receiver, question.program.steps
    started = next((steps.index(step) for step in steps if isinstance(step, d.Start)), len(steps))
    return (
        _is_served_by_another_resource(question)
        and isinstance(question.handler(receiver), d.Handler)
        and any(
            isinstance(step, d.AddRoute)
            and receiver == d.Target(resource=step.resource, method=step.method)
            for step in steps[started:]
        )
    )


def _anything(_question: Question, _expected: Expected) -> Expected:
    return ANYTHING


LATE_OPTIONS: Final = Difference(
    sentence="a user's own OPTIONS handler that joins a path after the start",
    applies=_is_an_options_handler_too_late,
    expected=_anything,
)


# "a left-out view's own configuration says nothing": nor do the defaults that stand before its
# resource's configuration


def _is_a_view_left_out(question: Question) -> bool:
    return (
        not question.is_answered_by_the_library
        and question.is_left_out
        and is_cors_view(question.handler(question.concerned))
    )


def _with_a_view_that_says_nothing(question: Question) -> Question:
    return with_view(
        question, question.concerned, lambda view: dataclasses.replace(view, answer=())
    )


VIEWS_LEFT_OUT: Final = Difference(
    sentence="the own configuration of a view that was left out says nothing",
    applies=_is_a_view_left_out,
    asked=_with_a_view_that_says_nothing,
)


# "a route that was never added beside added ones is covered only where `allow_methods` names it":
# 0.8.1 asks that of preflights


def _is_left_out_and_not_named(question: Question) -> bool:
    origin = question.request.first("Origin")
    return (
        not question.is_preflight
        and not question.is_answered_by_the_library
        and question.is_left_out
        and origin is not None
        and not names_method(options_for(question.chain, origin), question.request.method)
    )


def _without_what_does_not_name_it(question: Question) -> Question:
    keys = {"*", question.request.first("Origin")}
    return question.mapped(lambda config: tuple((k, o) for k, o in config if k not in keys))


LEFT_OUT: Final = Difference(
    sentence="a route that was never added beside added ones is covered only where it is named",
    applies=_is_left_out_and_not_named,
    asked=_without_what_does_not_name_it,
)


# "a preflight is judged by the route that would serve the actual request", on one resource: a view
# judges neither those for a function beside it, nor its own where it was left out


def _is_judged_beside_a_view(question: Question) -> bool:
    receiver, concerned = question.routing.receiver, question.concerned
    return (
        question.is_preflight
        and receiver is not None
        and concerned is not None
        and receiver.resource == concerned.resource
        and is_cors_view(question.handler(receiver))
        and (receiver != concerned or question.is_left_out)
    )


def _without_the_view(question: Question) -> Question:
    receiver = question.routing.receiver
    if receiver is None or not question.adds(receiver.resource):
        return question
    first = question.adds(receiver.resource)[0]
    steps: list[d.Step] = []
    for step in question.program.steps:
        if isinstance(step, d.AddRoute | d.Add) and step.resource == receiver.resource:
            if step == first and first.method == receiver.method:
                # The view's own add covered the resource, and still does.
                step = dataclasses.replace(first, method=None)  # noqa: PLW2901
            elif step.method == receiver.method:
                continue
        steps.append(step)
    options = d.Target(resource=receiver.resource, method="OPTIONS")
    routing = dataclasses.replace(question.routing, receiver=options)
    return dataclasses.replace(question.stepping(steps), routing=routing)


def _refused_where_nothing_was_added(question: Question, expected: Expected) -> Expected:
    receiver = question.routing.receiver
    if receiver is None or question.adds(receiver.resource):
        return expected
    return behind_middlewares(expected, refused_uncovered(question))


BESIDE_A_VIEW: Final = Difference(
    sentence="a preflight is judged by the route that would serve the actual request",
    applies=_is_judged_beside_a_view,
    asked=_without_the_view,
    expected=_refused_where_nothing_was_added,
)


# the same, for a view: it judges its preflights wherever they arrive, and what its actual requests
# are decided by counts; "what `add` was given for a view counts for its preflights, too"


def _is_judged_by_a_view(question: Question) -> bool:
    concerned = question.concerned
    return (
        question.is_preflight
        and question.is_answered_by_the_library
        and question.is_covered
        and is_cors_view(question.handler(concerned))
        and not question.is_left_out
    )


def _is_a_view_judged_elsewhere(question: Question) -> bool:
    return _is_judged_by_a_view(question) and question.routing.receiver != question.concerned


def _with_the_view_receiving(question: Question) -> Question:
    """The view is there first, alone, on all methods."""
    concerned = question.concerned
    view = question.handler(concerned)
    if concerned is None or view is None:
        return question
    name, everything = concerned.resource, d.Target(resource=concerned.resource, method="*")
    adds = question.adds(name)
    kept = [
        dataclasses.replace(add, method=add.method and "*")
        for add in adds
        if add.method in {None, concerned.method}
    ]
    steps: list[d.Step] = []
    for step in question.program.steps:
        if step == adds[0]:
            steps.append(d.AddRoute(resource=name, method="*", handler=view))
            steps += kept or [d.Add(cors=adds[0].cors, resource=name)]
        elif not isinstance(step, d.AddRoute | d.Add) or step.resource != name:
            steps.append(step)
    routing = dataclasses.replace(question.routing, receiver=everything, server=everything)
    return dataclasses.replace(question.stepping(steps), routing=routing)


def _refused_where_one_method_is_not_named(question: Question, expected: Expected) -> Expected:
    """A view on the route of one method is left out like a function beside an added resource."""
    concerned = question.concerned
    if concerned is None or concerned.method == "*":
        return expected
    if any(add.method is not None for add in question.adds(concerned.resource)):
        return expected
    options = options_for(question.chain, question.request.first("Origin") or "")
    is_named = names_method(options, question.asked_method)
    return expected if is_named else refused_method(question)


VIEW_BESIDE: Final = Difference(
    sentence="a preflight is judged by the view that would serve the actual request",
    applies=_is_a_view_judged_elsewhere,
    asked=_with_the_view_receiving,
    expected=_refused_where_one_method_is_not_named,
)


def _is_a_view_with_more_to_say(question: Question) -> bool:
    concerned = question.concerned
    if concerned is None or not _is_judged_by_a_view(question):
        return False
    view, adds = question.handler(concerned), question.adds(concerned.resource)
    has_answer = isinstance(view, d.View) and view.answer is not None
    return has_answer or any(add.config for add in adds)


def _with_everything_said_by_the_view(question: Question) -> Question:
    everything = merged(question.chain)

    def change(view: d.View) -> d.View:
        if view.answer is not None:
            return dataclasses.replace(view, answer=everything)
        methods = [dataclasses.replace(method, config=None) for method in view.methods]
        return dataclasses.replace(view, methods=tuple(methods), config=everything)

    return with_view(question, question.concerned, change)


ADDED_FOR_VIEWS: Final = Difference(
    sentence="what `add` was given for a view counts for its preflights, too",
    applies=_is_a_view_with_more_to_say,
    asked=_with_everything_said_by_the_view,
)


# "what `add` was given for a function on all methods counts": 0.8.1 looks for the very method


def _is_an_added_function_on_all_methods(question: Question) -> bool:
    concerned = question.concerned
    return (
        concerned is not None
        and concerned.method == "*"
        and any(add.method == "*" for add in question.adds(concerned.resource))
        and not is_cors_view(question.handler(concerned))
    )


def _with_a_function_on_this_method(question: Question) -> Question:
    concerned = question.concerned
    if concerned is None or not question.is_preflight:
        return _with_the_resource_first(question, merged(question.chain))
    method = question.asked_method.upper()
    if not is_name(method):
        return question
    steps = [
        dataclasses.replace(step, method=method)
        if isinstance(step, d.AddRoute | d.Add)
        and step.resource == concerned.resource
        and step.method == "*"
        else step
        for step in question.program.steps
    ]
    server = dataclasses.replace(concerned, method=method)
    routing = dataclasses.replace(question.routing, server=server)
    return dataclasses.replace(question.stepping(steps), routing=routing)


ADDED_FOR_ALL: Final = Difference(
    sentence="what `add` was given for a function on all methods counts",
    applies=_is_an_added_function_on_all_methods,
    asked=_with_a_function_on_this_method,
)


# "an added route never gets another route's configuration", nor does a 405


def _inherits(question: Question) -> bool:
    concerned = question.concerned
    if concerned is None or not question.is_covered:
        return False
    first = question.adds(concerned.resource)[0]
    if question.is_left_out or question.is_like_get:
        return False
    return first.method is not None and first.method != concerned.method


def _with_the_resource_added_first(question: Question) -> Question:
    concerned = question.concerned
    if concerned is None:
        return question
    config: d.Config = ()
    if is_cors_view(question.handler(concerned)):
        # 0.8.1 hands a view its own configuration by way of the resource.
        adds = question.adds(concerned.resource)
        own = [add.config for add in adds if add.method == concerned.method]
        config = own[0] or () if own else ()
    return _with_the_resource_first(question, config)


def _with_the_resource_first(question: Question, config: d.Config) -> Question:
    concerned = question.concerned
    if concerned is None:
        return question
    first = question.adds(concerned.resource)[0]
    steps = list(question.program.steps)
    index = steps.index(first)
    add = d.Add(cors=first.cors, resource=concerned.resource, config=config)
    steps[index : index + (first.method is None)] = [add]
    return question.stepping(steps)


NOTHING_INHERITED: Final = Difference(
    sentence="an added route never gets another route's configuration, nor does a 405",
    applies=_inherits,
    asked=_with_the_resource_added_first,
)


# HEAD has the policy of GET unless it has its own or the resource has one


def _is_head_beside_get(question: Question) -> bool:
    concerned = question.concerned
    if concerned is None or not question.is_like_get:
        return False
    first = question.adds(concerned.resource)[0]
    get = d.Target(resource=concerned.resource, method="GET")
    return first.method is not None and (
        first.method != "GET" or is_cors_view(question.handler(get))
    )


def _with_the_configuration_of_get(question: Question) -> Question:
    return _with_the_resource_first(question, merged(question.chain))


HEAD_LIKE_GET: Final = Difference(
    sentence="HEAD that was never added has GET's policy, unless the resource has one",
    applies=_is_head_beside_get,
    asked=_with_the_configuration_of_get,
)
