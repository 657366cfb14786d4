"""The differences from aiohttp-cors 0.8.1 that are meant, each as narrow as it can be said.

A difference is not a request that is skipped. Wherever it can be, it is a question that is put to
0.8.1 in other words: the program or the request is rewritten so that 0.8.1 itself says what the
sentence promises, and that is what the answer has to be. Where 0.8.1 cannot be made to say it, the
sentence itself names the expected part, or the part is left out. Everything is decided from the
description and from where aiohttp's router leads; our own answer is never looked at.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, final

from aiohttp import hdrs

from tests.comparison import description as d

REFUSED: Final = "CORS preflight request failed: "
_NOBODY: Final = "https://nobody.example"
_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_STEPS_OF_A_RESOURCE: Final = (d.AddResource, d.AddRoute, d.Add)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request to a program in which every step succeeds and every ``add`` is written out."""

    program: d.Program
    request: d.Request
    routing: d.Routing

    def adds(self, resource: str) -> tuple[d.Add, ...]:
        """The calls that covered this resource or a route of it, in their order."""
        steps = self.program.steps
        return tuple(s for s in steps if isinstance(s, d.Add) and s.resource == resource)

    def handler(self, target: d.Target | None) -> d.Handler | d.View | None:
        """What the program itself put on a route: not the library's, not a static file's."""
        for step in self.program.steps:
            if isinstance(step, d.AddRoute) and target is not None:
                same = step.resource == target.resource and step.method.upper() == target.method
                if same:
                    return step.handler
        return None

    @property
    def is_preflight(self) -> bool:
        """In the words of Fetch: a CORS-preflight request."""
        asked = self.request.first("Access-Control-Request-Method")
        return (
            self.request.method == "OPTIONS"
            and asked is not None
            and self.request.first("Origin") is not None
        )

    @property
    def is_405(self) -> bool:
        """Whether the router knows the path and not the method."""
        return self.routing.receiver is None and bool(self.routing.touched)

    @property
    def concerned(self) -> d.Target | None:
        """The route, or else the resource, whose policy has to decide."""
        routing = self.routing
        if self.is_preflight and routing.server is not None:
            return routing.server
        if self.is_preflight and routing.receiver is not None:
            return d.Target(resource=routing.receiver.resource)
        if self.is_405:
            return d.Target(resource=routing.touched[0])
        return routing.receiver

    @property
    def is_answered_by_the_library(self) -> bool:
        """An OPTIONS request that reaches the library's own route, or a view's ``options``."""
        receiver = self.routing.receiver
        if self.request.method != "OPTIONS" or receiver is None or not self.adds(receiver.resource):
            return False
        handler = self.handler(receiver)
        return handler is None or is_cors_view(handler)

    def mapped(self, change: Callable[[d.Config], d.Config]) -> Case:
        """The case with every configuration in the program changed."""
        return self.stepping([_with_configs(step, change) for step in self.program.steps])

    def stepping(self, steps: Sequence[d.Step]) -> Case:
        """The case with other steps."""
        program = dataclasses.replace(self.program, steps=tuple(steps))
        return dataclasses.replace(self, program=program)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What an answer has to be; None leaves a part out."""

    status: int | None
    cors: d.Headers | None
    body: str | None

    @classmethod
    def exactly(cls, answer: d.Answer) -> Expected:
        """Every part of this answer."""
        return cls(status=answer.status, cors=answer.cors, body=answer.body)

    @classmethod
    def refusal(cls, text: str | None) -> Expected:
        """A refused preflight with this text, or with any."""
        body = None if text is None else REFUSED + text
        return cls(status=403, cors=(), body=body)

    def fits(self, answer: d.Answer) -> bool:
        """Whether the answer has every part that is not left out."""
        return (
            self.status in {None, answer.status}
            and (self.cors is None or self.cors == answer.cors)
            and (self.body is None or self.body == answer.body)
        )


def _same_case(case: Case) -> Case:
    return case


def _same_answer(_case: Case, expected: Expected) -> Expected:
    return expected


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A sentence of the list, when it applies, and what it changes.

    `asked` is what 0.8.1 is asked instead; `expected` turns its answer into what is promised, and
    sees the case as `asked` saw it.
    """

    sentence: str
    applies: Callable[[Case], bool]
    asked: Callable[[Case], Case] = _same_case
    expected: Callable[[Case, Expected], Expected] = _same_answer


def settled(program: d.Program, done: Sequence[d.Done]) -> d.Program:
    """The program without the steps that were refused, its loops written out as what they added."""
    steps: list[d.Step] = []
    for step, outcome in zip(program.steps, done, strict=True):
        if isinstance(step, d.AddEvery):
            steps += [
                d.Add(cors=step.cors, resource=target.resource, method=target.method)
                for target in outcome.added
            ]
        elif not outcome.error:
            steps.append(step)
    return dataclasses.replace(program, steps=tuple(steps))


def is_cors_view(handler: d.Handler | d.View | None) -> bool:
    """Whether a route's handler is a view that has the mixin."""
    return isinstance(handler, d.View) and handler.mixin != "absent"


def _with_configs(step: d.Step, change: Callable[[d.Config], d.Config]) -> d.Step:
    def changed(config: d.Config | None) -> d.Config | None:
        return None if config is None else change(config)

    if isinstance(step, d.Setup):
        return dataclasses.replace(step, defaults=changed(step.defaults))
    if isinstance(step, d.Assign):
        return dataclasses.replace(step, defaults=change(step.defaults))
    if isinstance(step, d.Add):
        return dataclasses.replace(step, config=changed(step.config))
    if isinstance(step, d.AddRoute) and isinstance(step.handler, d.View):
        view = step.handler
        methods = [dataclasses.replace(m, config=changed(m.config)) for m in view.methods]
        view = dataclasses.replace(
            view,
            methods=tuple(methods),
            config=changed(view.config),
            answer=changed(view.answer),
        )
        return dataclasses.replace(step, handler=view)
    return step


# "`defaults` is changed by assignment, not in place"


def _assigns(case: Case) -> bool:
    return any(isinstance(step, d.Assign) and not step.in_place for step in case.program.steps)


def _in_place(case: Case) -> Case:
    return case.stepping(
        [
            dataclasses.replace(step, in_place=True) if isinstance(step, d.Assign) else step
            for step in case.program.steps
        ]
    )


# "an `Origin` beyond visible ASCII or 326 bytes matches nothing"


def _has_an_unmatchable_origin(case: Case) -> bool:
    origin = case.request.first("Origin")
    return origin is not None and (
        len(origin) > 326 or not all("!" <= character <= "~" for character in origin)
    )


def _without_a_match(case: Case) -> Case:
    origin = case.request.first("Origin")

    def change(config: d.Config) -> d.Config:
        kept = {_NOBODY if key in {"*", origin} else key: options for key, options in config}
        return tuple(kept.items())

    return case.mapped(change)


def _with_an_escaped_origin(case: Case, expected: Expected) -> Expected:
    # How such an origin is spelled in a text is ours to choose; 0.8.1 breaks down over some.
    origin = case.request.first("Origin") or ""
    if case.is_answered_by_the_library and not origin.isascii():
        return Expected.refusal(None)
    return expected


# "keys that are patterns match as patterns"


def _pattern(key: str) -> re.Pattern[str] | None:
    parts = re.fullmatch(r"(https?://)(\*\.)?([a-z0-9.-]+)(:\*|:\d+)?", key)
    if parts is None:
        return None
    scheme, wild, host, port = parts.groups(default="")
    if not (wild or port == ":*") or (wild and "." not in host and host != "localhost"):
        return None
    host = (r"([a-z0-9_-]+\.)+" if wild else "") + re.escape(host)
    return re.compile(scheme + host + (r"(:\d+)?" if port == ":*" else re.escape(port)))


def _rank(key: str) -> tuple[bool, int, bool]:
    """Fixed host before wildcard host, longer suffix first, exact port before any."""
    return "//*." in key, -len(key.split("//")[1].removesuffix(":*")), key.endswith(":*")


def _configs(case: Case) -> list[d.Config]:
    found: list[d.Config] = []

    def note(config: d.Config) -> d.Config:
        found.append(config)
        return config

    case.mapped(note)
    return found


def _meets_a_pattern(case: Case) -> bool:
    origin = case.request.first("Origin")
    return origin is not None and any(
        (pattern := _pattern(key)) is not None and (key == origin or pattern.fullmatch(origin))
        for config in _configs(case)
        for key, _ in config
    )


def _with_the_pattern_as_origin(case: Case) -> Case:
    origin = case.request.first("Origin") or ""

    def change(config: d.Config) -> d.Config:
        given = dict(config)
        if origin in given and _pattern(origin) is None:
            return config
        matching = [key for key in given if (p := _pattern(key)) and p.fullmatch(origin)]
        best = min(matching, key=_rank, default=None)
        renamed = {origin: given[best]} if best is not None else {}
        for key in given.keys() - {best}:
            renamed[_NOBODY if key == origin else key] = given[key]
        return tuple(renamed.items())

    return case.mapped(change)


def _leaves_out_a_mixed_chain(case: Case, expected: Expected) -> Expected:
    # Exact origins of the whole chain come before patterns: a renamed pattern cannot stand behind
    # an exact origin of a later level.
    origin = case.request.first("Origin") or ""
    if _pattern(origin) is None and any(origin in dict(config) for config in _configs(case)):
        return Expected(status=None, cors=None, body=None)
    return expected


# "a preflight for a method that another resource of the same path serves succeeds";
# "a preflight is judged by the route that would serve the actual request"


def _is_served_by_another_resource(case: Case) -> bool:
    receiver, server = case.routing.receiver, case.routing.server
    return (
        case.is_preflight
        and receiver is not None
        and server is not None
        and receiver.resource != server.resource
        and bool(case.adds(receiver.resource) or case.adds(server.resource))
    )


def _with_that_resource_alone(case: Case) -> Case:
    server = case.routing.server
    if server is None or not case.adds(server.resource):
        return case
    alone = server.resource
    steps = [
        step
        for step in case.program.steps
        if not isinstance(step, _STEPS_OF_A_RESOURCE)
        or (step.name if isinstance(step, d.AddResource) else step.resource) == alone
    ]
    receiver = d.Target(resource=alone, method="OPTIONS")
    if is_cors_view(case.handler(d.Target(resource=alone, method="*"))):
        receiver = d.Target(resource=alone, method="*")
    routing = dataclasses.replace(case.routing, receiver=receiver)
    return dataclasses.replace(case.stepping(steps), routing=routing)


def _refused_where_that_resource_is_private(case: Case, expected: Expected) -> Expected:
    server = case.routing.server
    if server is None or not case.adds(server.resource):
        return Expected.refusal(None)
    return expected


# "a preflight is judged by the route that would serve the actual request", on one resource


def _is_served_beside_a_view(case: Case) -> bool:
    receiver, server = case.routing.receiver, case.routing.server
    return (
        case.is_preflight
        and receiver is not None
        and server is not None
        and receiver.resource == server.resource
        and receiver != server
        and is_cors_view(case.handler(receiver))
        and bool(case.adds(receiver.resource))
    )


def _without_the_view(case: Case) -> Case:
    receiver = case.routing.receiver
    if receiver is None:
        return case
    steps: list[d.Step] = []
    for step in case.program.steps:
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
    routing = dataclasses.replace(case.routing, receiver=options)
    return dataclasses.replace(case.stepping(steps), routing=routing)


# "a route that was never added no longer inherits the first added route's policy";
# "no route inherits another's policy, added or not"


def _inherits(case: Case) -> bool:
    concerned = case.concerned
    if concerned is None or not case.adds(concerned.resource):
        return False
    first = case.adds(concerned.resource)[0]
    return first.method is not None and first.method != concerned.method


def _with_the_resource_added_first(case: Case) -> Case:
    concerned = case.concerned
    if concerned is None:
        return case
    adds = case.adds(concerned.resource)
    config: d.Config = ()
    if is_cors_view(case.handler(concerned)):
        # 0.8.1 hands a view its own configuration by way of the resource.
        own = [add.config for add in adds if add.method == concerned.method]
        config = own[0] or () if own else ()
    steps = list(case.program.steps)
    first = steps.index(adds[0])
    steps.insert(first, d.Add(cors=adds[0].cors, resource=concerned.resource, config=config))
    return case.stepping(steps)


# the same, for HEAD: it has the policy of GET unless it has its own or the resource has one


def _is_head_beside_get(case: Case) -> bool:
    receiver = case.routing.receiver
    if receiver is None or receiver.method != "HEAD":
        return False
    methods = [add.method for add in case.adds(receiver.resource)]
    return "GET" in methods and "HEAD" not in methods and _inherits(case)


def _with_head_added_like_get(case: Case) -> Case:
    receiver = case.routing.receiver
    steps: list[d.Step] = []
    for step in case.program.steps:
        steps.append(step)
        get = None if receiver is None else (receiver.resource, "GET")
        if isinstance(step, d.Add) and (step.resource, step.method) == get:
            steps.append(dataclasses.replace(step, method="HEAD"))
    return case.stepping(steps)


# "a view's unsupported method is a 405, not a dropped connection"


def _asks_a_view_for_a_method_it_lacks(case: Case) -> bool:
    view = case.handler(case.routing.receiver)
    return (
        isinstance(view, d.View)
        and view.mixin != "absent"
        and view.answer is None
        and case.request.method not in {"OPTIONS", *(m.name.upper() for m in view.methods)}
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
            view = dataclasses.replace(step.handler, methods=(*step.handler.methods, refusing))
            step = dataclasses.replace(step, handler=view)  # noqa: PLW2901
        steps.append(step)
    return case.stepping(steps)


# "a 405 of a covered resource carries the headers"


def _is_a_405_of_a_covered_resource(case: Case) -> bool:
    return case.is_405 and any(map(case.adds, case.routing.touched))


def _can_have_the_route(case: Case) -> bool:
    static = {s.name for s in case.program.steps if isinstance(s, d.AddResource) and s.static}
    return len(case.routing.touched) == 1 and case.routing.touched[0] not in static


def _with_a_route_that_refuses(case: Case) -> Case:
    if not _can_have_the_route(case):
        return case
    route = d.AddRoute(
        resource=case.routing.touched[0],
        method=case.request.method,
        handler=d.Handler(does="refuse the method"),
    )
    return case.stepping((*case.program.steps, route))


def _leaves_out_headers_of_a_shared_path(case: Case, expected: Expected) -> Expected:
    # Several resources have the path, or a directory, which takes no route: 0.8.1 has no way to
    # attribute the answer.
    return expected if _can_have_the_route(case) else dataclasses.replace(expected, cors=None)


# "CORS headers that a handler set itself are removed, then the policy's written, and nothing
# asserts"


def _sets_its_own_headers(case: Case) -> bool:
    concerned = case.concerned
    return (
        concerned is not None
        and bool(case.adds(concerned.resource))
        and not case.is_answered_by_the_library
        and _without_own_headers(case) != case
    )


def _without_own_headers(case: Case) -> Case:
    def cleared(handler: d.Handler) -> d.Handler:
        kept = (h for h in handler.headers if not h[0].lower().startswith("access-control-"))
        return dataclasses.replace(handler, headers=tuple(kept))

    steps: list[d.Step] = []
    for step in case.program.steps:
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
        root_middlewares=_not_writing(case.program.root_middlewares),
        sub_middlewares=_not_writing(case.program.sub_middlewares),
    )
    return dataclasses.replace(case, program=program)


def _not_writing(middlewares: Sequence[d.Middleware]) -> tuple[d.Middleware, ...]:
    return tuple(m for m in middlewares if m != "add CORS headers")


# "preflights precede middlewares"


def _is_a_preflight_behind_middlewares(case: Case) -> bool:
    return (
        case.is_preflight and case.is_answered_by_the_library and _without_middlewares(case) != case
    )


def _without_middlewares(case: Case) -> Case:
    """Those of the app that CORS was set up on, and of the app mounted in it."""
    concerned = case.concerned
    if concerned is None or not case.adds(concerned.resource):
        return case
    name = case.adds(concerned.resource)[0].cors
    on_sub = any(
        isinstance(step, d.Setup) and step.name == name and step.app == "sub"
        for step in case.program.steps
    )
    root = case.program.root_middlewares if on_sub else ()
    program = dataclasses.replace(case.program, root_middlewares=root, sub_middlewares=())
    return dataclasses.replace(case, program=program)


# "header lists in a request are bounded, names and methods must be tokens"


def _asks_for_no_tokens(case: Case) -> bool:
    return case.is_preflight and case.is_answered_by_the_library and not _is_regular(case.request)


def _is_regular(request: d.Request) -> bool:
    method = request.first("Access-Control-Request-Method") or ""
    line = ",".join(request.lines("Access-Control-Request-Headers"))
    names = [name.strip(" \t") for name in line.split(",")]
    return (
        _TOKEN.fullmatch(method) is not None
        and all(_TOKEN.fullmatch(name) for name in names if name)
        and len(line) <= 8192
        and len(names) <= 256
    )


def _refused_for_its_grammar(case: Case, expected: Expected) -> Expected:
    method = case.request.first("Access-Control-Request-Method") or ""
    origin = case.request.first("Origin") or ""
    if _TOKEN.fullmatch(method) is None:
        return Expected.refusal(f"request method {method!r} is not allowed for {origin!r} origin")
    reached_the_headers = expected.status == 200 or (
        expected.body is not None and expected.body.startswith(REFUSED + "headers are not allowed")
    )
    return Expected.refusal(None) if reached_the_headers else expected


# "`expose_headers="*"` leaves out `Content-Length`, `Set-Cookie` and hop-by-hop names"

_NEVER_EXPOSED: Final = frozenset(
    (
        *("content-length", "set-cookie", "set-cookie2"),
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization"),
        *("proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
    )
)


def _without_unexposable_names(_case: Case, expected: Expected) -> Expected:
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


def _may_expose_all(case: Case) -> bool:
    return any(options.expose_headers == "*" for config in _configs(case) for _, options in config)


# "a view's methods are HTTP methods only"


def _asks_a_view_for_an_attribute(case: Case) -> bool:
    view = case.handler(case.concerned)
    return (
        case.is_preflight
        and case.is_answered_by_the_library
        and isinstance(view, d.View)
        and view.answer is None
        and case.request.first("Access-Control-Request-Method") not in hdrs.METH_ALL
    )


def _refused_as_a_method(case: Case, _expected: Expected) -> Expected:
    method = case.request.first("Access-Control-Request-Method")
    origin = case.request.first("Origin")
    return Expected.refusal(f"request method {method!r} is not allowed for {origin!r} origin")


# Not in the list, but in the rules of the protocol: "several lines (proxies split them) are fine"


def _splits_the_header_list(case: Case) -> bool:
    return case.is_preflight and len(case.request.lines("Access-Control-Request-Headers")) > 1


def _with_the_list_in_one_line(case: Case) -> Case:
    name = "Access-Control-Request-Headers"
    request = case.request.replacing(name, ",".join(case.request.lines(name)))
    return dataclasses.replace(case, request=request)


DIFFERENCES: Final = (
    Difference(
        sentence="`defaults` is changed by assignment, not in place",
        applies=_assigns,
        asked=_in_place,
    ),
    Difference(
        sentence="an `Origin` beyond visible ASCII or 326 bytes matches nothing",
        applies=_has_an_unmatchable_origin,
        asked=_without_a_match,
        expected=_with_an_escaped_origin,
    ),
    Difference(
        sentence="keys that are patterns match as patterns",
        applies=_meets_a_pattern,
        asked=_with_the_pattern_as_origin,
        expected=_leaves_out_a_mixed_chain,
    ),
    Difference(
        sentence="several lines (proxies split them) are fine",
        applies=_splits_the_header_list,
        asked=_with_the_list_in_one_line,
    ),
    Difference(
        sentence="a preflight for a method that another resource of the same path serves succeeds",
        applies=_is_served_by_another_resource,
        asked=_with_that_resource_alone,
        expected=_refused_where_that_resource_is_private,
    ),
    Difference(
        sentence="a preflight is judged by the route that would serve the actual request",
        applies=_is_served_beside_a_view,
        asked=_without_the_view,
    ),
    Difference(
        sentence="HEAD that was never added has GET's policy, unless the resource has one",
        applies=_is_head_beside_get,
        asked=lambda case: _with_head_added_like_get(_with_the_resource_added_first(case)),
    ),
    Difference(
        sentence="no route inherits another's policy, added or not",
        applies=_inherits,
        asked=_with_the_resource_added_first,
    ),
    Difference(
        sentence="a view's unsupported method is a 405, not a dropped connection",
        applies=_asks_a_view_for_a_method_it_lacks,
        asked=_with_a_method_that_refuses,
    ),
    Difference(
        sentence="a 405 of a covered resource carries the headers",
        applies=_is_a_405_of_a_covered_resource,
        asked=_with_a_route_that_refuses,
        expected=_leaves_out_headers_of_a_shared_path,
    ),
    Difference(
        sentence="CORS headers that a handler set itself are removed, then the policy's written",
        applies=_sets_its_own_headers,
        asked=_without_own_headers,
    ),
    Difference(
        sentence="preflights precede middlewares",
        applies=_is_a_preflight_behind_middlewares,
        asked=_without_middlewares,
    ),
    Difference(
        sentence="header lists in a request are bounded, names and methods must be tokens",
        applies=_asks_for_no_tokens,
        expected=_refused_for_its_grammar,
    ),
    Difference(
        sentence='`expose_headers="*"` leaves out Content-Length, Set-Cookie and hop-by-hop names',
        applies=_may_expose_all,
        expected=_without_unexposable_names,
    ),
    Difference(
        sentence="a view's methods are HTTP methods only",
        applies=_asks_a_view_for_an_attribute,
        expected=_refused_as_a_method,
    ),
)
