"""Which policy decides: that of the route which would serve the actual request, and no other's."""

import dataclasses
from typing import Final

from tests.comparison import description as d
from tests.comparison.differences.question import (
    ANYTHING,
    Difference,
    Expected,
    Question,
    is_cors_view,
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
    # A view that nobody added answers by itself, behind the middlewares.
    is_behind = expected.status == 401 and not question.adds(receiver.resource)
    return expected if is_behind else Expected.refusal(None)


ANOTHER_RESOURCE: Final = Difference(
    sentence="a preflight for a method that another resource of the same path serves succeeds",
    applies=_is_served_by_another_resource,
    asked=_with_that_resource_alone,
    expected=_refused_where_that_resource_is_private,
)


# Not in the list: an app that has started takes no middleware any more. Where a user's own OPTIONS
# handler stands before a resource of the same path that is covered only then, it gets the
# preflight, as with 0.8.1, unless something else in the app made the library look first.


def _is_covered_too_late(question: Question) -> bool:
    receiver, server = question.routing.receiver, question.routing.server
    steps = question.program.steps
    started = next((steps.index(s) for s in steps if isinstance(s, d.Start)), len(steps))
    return (
        _is_served_by_another_resource(question)
        and server is not None
        and bool(question.adds(server.resource))
        and steps.index(question.adds(server.resource)[0]) > started
        and isinstance(question.handler(receiver), d.Handler)
    )


def _anything(_question: Question, _expected: Expected) -> Expected:
    return ANYTHING


USERS_OPTIONS: Final = Difference(
    sentence="a user's own OPTIONS handler before a resource covered after the start",
    applies=_is_covered_too_late,
    expected=_anything,
)


# "a preflight is judged by the route that would serve the actual request", on one resource


def _is_served_beside_a_view(question: Question) -> bool:
    receiver, server = question.routing.receiver, question.routing.server
    return (
        question.is_preflight
        and receiver is not None
        and server is not None
        and receiver.resource == server.resource
        and receiver != server
        and is_cors_view(question.handler(receiver))
    )


def _without_the_view(question: Question) -> Question:
    receiver = question.routing.receiver
    if receiver is None or not question.adds(receiver.resource):
        return question
    steps: list[d.Step] = []
    for step in question.program.steps:
        if isinstance(step, d.AddRoute | d.Add) and step.resource == receiver.resource:
            if isinstance(step, d.Add) and step.method == receiver.method:
                # The view's own add covered the resource, and still does.
                step = d.Add(cors=step.cors, resource=step.resource, config=())  # noqa: PLW2901
                if any(isinstance(s, d.Add) and s.resource == step.resource for s in steps):
                    continue
            elif step.method == receiver.method:
                continue
        steps.append(step)
    options = d.Target(resource=receiver.resource, method="OPTIONS")
    routing = dataclasses.replace(question.routing, receiver=options)
    return dataclasses.replace(question.stepping(steps), routing=routing)


def _refused_where_nothing_was_added(question: Question, expected: Expected) -> Expected:
    receiver = question.routing.receiver
    private = receiver is not None and not question.adds(receiver.resource)
    # A view that nobody added answers by itself, behind the middlewares.
    return Expected.refusal(None) if private and expected.status != 401 else expected


BESIDE_A_VIEW: Final = Difference(
    sentence="a preflight is judged by the route that would serve the actual request",
    applies=_is_served_beside_a_view,
    asked=_without_the_view,
    expected=_refused_where_nothing_was_added,
)


def _is_served_by_a_view_beside(question: Question) -> bool:
    """The library's OPTIONS route was there before the view on all methods."""
    receiver, server = question.routing.receiver, question.routing.server
    return (
        question.is_preflight
        and receiver is not None
        and server == d.Target(resource=receiver.resource, method="*")
        and receiver != server
        and is_cors_view(question.handler(server))
        and bool(question.adds(receiver.resource))
        and not _is_routed_too_late(question, receiver.resource)
    )


def _is_routed_too_late(question: Question, resource: str) -> bool:
    """Whether a view comes when the server runs, and nothing is added for its resource then.

    Such a resource answers preflights as before, which 0.8.1 does, too.
    """
    steps = question.program.steps
    started = next((index for index, s in enumerate(steps) if isinstance(s, d.Start)), len(steps))
    late = [s for s in steps[started:] if isinstance(s, d.AddRoute | d.Add)]
    mine = [s for s in late if s.resource == resource]
    routed = [
        index for index, s in enumerate(mine) if isinstance(s, d.AddRoute) and s.method == "*"
    ]
    return bool(routed) and not any(isinstance(s, d.Add) for s in mine[routed[0] :])


def _with_the_view_receiving(question: Question) -> Question:
    """The view is there first, alone; what was added has no say in its preflights."""
    server = question.routing.server
    view = question.handler(server)
    if server is None or view is None:
        return question
    name, everything = server.resource, d.Target(resource=server.resource, method="*")
    adds = question.adds(name)
    steps: list[d.Step] = []
    for step in question.program.steps:
        if step == adds[0]:
            steps.append(d.AddRoute(resource=name, method="*", handler=view))
            steps.append(d.Add(cors=adds[0].cors, resource=name))
        elif not isinstance(step, d.AddRoute | d.Add) or step.resource != name:
            steps.append(step)
    routing = dataclasses.replace(question.routing, receiver=everything, server=everything)
    return dataclasses.replace(question.stepping(steps), routing=routing)


VIEW_BESIDE: Final = Difference(
    sentence="a preflight is judged by the view that would serve the actual request",
    applies=_is_served_by_a_view_beside,
    asked=_with_the_view_receiving,
)


# "a route that was never added no longer inherits the first added route's policy";
# "no route inherits another's policy, added or not"


def _inherits(question: Question) -> bool:
    concerned = question.concerned
    if concerned is None or not question.adds(concerned.resource):
        return False
    first = question.adds(concerned.resource)[0]
    return first.method is not None and first.method != concerned.method


def _with_the_resource_added_first(question: Question) -> Question:
    concerned = question.concerned
    if concerned is None:
        return question
    adds = question.adds(concerned.resource)
    config: d.Config = ()
    if is_cors_view(question.handler(concerned)):
        # 0.8.1 hands a view its own configuration by way of the resource.
        own = [add.config for add in adds if add.method == concerned.method]
        config = own[0] or () if own else ()
    steps = list(question.program.steps)
    first = steps.index(adds[0])
    steps.insert(first, d.Add(cors=adds[0].cors, resource=concerned.resource, config=config))
    return question.stepping(steps)


NOTHING_INHERITED: Final = Difference(
    sentence="no route inherits another's policy, added or not",
    applies=_inherits,
    asked=_with_the_resource_added_first,
)


# the same, for HEAD: it has the policy of GET unless it has its own or the resource has one


def _is_head_beside_get(question: Question) -> bool:
    receiver = question.routing.receiver
    if receiver is None or receiver.method != "HEAD":
        return False
    methods = [add.method for add in question.adds(receiver.resource)]
    return "GET" in methods and "HEAD" not in methods and _inherits(question)


def _with_head_added_like_get(question: Question) -> Question:
    receiver = question.routing.receiver
    if receiver is None:
        return question
    get = next(add for add in question.adds(receiver.resource) if add.method == "GET")
    return question.stepping((*question.program.steps, dataclasses.replace(get, method="HEAD")))


HEAD_LIKE_GET: Final = Difference(
    sentence="HEAD that was never added has GET's policy, unless the resource has one",
    applies=_is_head_beside_get,
    asked=lambda question: _with_head_added_like_get(_with_the_resource_added_first(question)),
)
