"""What actual responses carry."""

import dataclasses
from collections.abc import Sequence
from typing import Final

from tests.comparison import description as d
from tests.comparison.differences.question import Difference, Expected, Question, configs

# "a 405 of a covered resource carries the headers"


def _is_a_405_of_a_covered_resource(question: Question) -> bool:
    return question.is_405 and any(map(question.adds, question.routing.touched))


def _can_have_the_route(question: Question) -> bool:
    static = {s.name for s in question.program.steps if isinstance(s, d.AddResource) and s.static}
    return len(question.routing.touched) == 1 and question.routing.touched[0] not in static


def _with_a_route_that_refuses(question: Question) -> Question:
    if not _can_have_the_route(question):
        return question
    route = d.AddRoute(
        resource=question.routing.touched[0],
        method=question.request.method,
        handler=d.Handler(does="refuse the method"),
    )
    return question.stepping((*question.program.steps, route))


def _leaves_out_headers_of_a_shared_path(question: Question, expected: Expected) -> Expected:
    # Several resources have the path, or a directory, which takes no route: 0.8.1 has no way to
    # attribute the answer.
    return expected if _can_have_the_route(question) else dataclasses.replace(expected, cors=None)


COVERED_405: Final = Difference(
    sentence="a 405 of a covered resource carries the headers",
    applies=_is_a_405_of_a_covered_resource,
    asked=_with_a_route_that_refuses,
    expected=_leaves_out_headers_of_a_shared_path,
)


# "CORS headers that a handler set itself are removed, then the policy's written, and nothing
# asserts"


def _sets_its_own_headers(question: Question) -> bool:
    concerned = question.concerned
    return (
        concerned is not None
        and bool(question.adds(concerned.resource))
        and not question.is_answered_by_the_library
        and _without_own_headers(question) != question
    )


def _without_own_headers(question: Question) -> Question:
    def cleared(handler: d.Handler) -> d.Handler:
        kept = (h for h in handler.headers if not h[0].lower().startswith("access-control-"))
        return dataclasses.replace(handler, headers=tuple(kept))

    steps: list[d.Step] = []
    for step in question.program.steps:
        if isinstance(step, d.AddRoute) and isinstance(step.handler, d.Handler):
            steps.append(dataclasses.replace(step, handler=cleared(step.handler)))
        elif isinstance(step, d.AddRoute) and isinstance(step.handler, d.View):
            methods = [
                dataclasses.replace(method, handler=cleared(method.handler))
                for method in step.handler.methods
            ]
            view = dataclasses.replace(step.handler, methods=tuple(methods))
            steps.append(dataclasses.replace(step, handler=view))
        else:
            steps.append(step)
    program = d.Program(
        steps=tuple(steps),
        root_middlewares=_not_writing(question.program.root_middlewares),
        sub_middlewares=_not_writing(question.program.sub_middlewares),
    )
    return dataclasses.replace(question, program=program)


def _not_writing(middlewares: Sequence[d.Middleware]) -> tuple[d.Middleware, ...]:
    return tuple(m for m in middlewares if m != "add CORS headers")


OWN_HEADERS: Final = Difference(
    sentence="CORS headers that a handler set itself are removed, then the policy's written",
    applies=_sets_its_own_headers,
    asked=_without_own_headers,
)


# "`expose_headers="*"` leaves out `Content-Length`, `Set-Cookie` and hop-by-hop names"

_NEVER_EXPOSED: Final = frozenset(
    (
        *("content-length", "set-cookie", "set-cookie2"),
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization"),
        *("proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
    )
)


def _without_unexposable_names(_question: Question, expected: Expected) -> Expected:
    if expected.cors is None:
        return expected
    cors: list[tuple[str, str]] = []
    for name, value in expected.cors:
        names = value.split(",")
        # aiohttp writes both on every answer, and no description lists either: this is a "*".
        if name == "access-control-expose-headers" and {"Date", "Server"} <= {*names}:
            kept = [item for item in names if item.lower() not in _NEVER_EXPOSED]
            cors.append((name, ",".join(kept)))
        else:
            cors.append((name, value))
    return dataclasses.replace(expected, cors=tuple(cors))


def _may_expose_all(question: Question) -> bool:
    return any(
        options.expose_headers == "*" for config in configs(question) for _, options in config
    )


EXPOSED_ALL: Final = Difference(
    sentence='`expose_headers="*"` leaves out Content-Length, Set-Cookie and hop-by-hop names',
    applies=_may_expose_all,
    expected=_without_unexposable_names,
)
