"""A request to a program, what its answer has to be, and what a difference does to both.

Knows how a described program is looked at and rewritten; knows no single difference.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, final

from aiohttp import hdrs

from tests.comparison import description as d

_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")

REFUSED: Final = "CORS preflight request failed: "


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
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
    def asked_method(self) -> str:
        """The method of the actual request: this one's, or the one that a preflight asks about."""
        asked = self.request.first("Access-Control-Request-Method")
        return asked if self.is_preflight and asked is not None else self.request.method

    @property
    def concerned(self) -> d.Target | None:
        """The route, or else the resource, whose policy has to decide."""
        routing = self.routing
        if self.is_preflight and routing.server is not None:
            return self._view_behind(routing.server) or routing.server
        if self.is_preflight and routing.receiver is not None:
            return d.Target(resource=routing.receiver.resource)
        if self.is_405:
            return d.Target(resource=routing.touched[0])
        return routing.receiver

    @property
    def is_answered_by_the_library(self) -> bool:
        """An OPTIONS request that reaches the library's own route, or the mixin's ``options``."""
        receiver = self.routing.receiver
        if self.request.method != "OPTIONS" or receiver is None:
            return False
        handler = self.handler(receiver)
        return is_cors_view(handler) or (handler is None and bool(self.adds(receiver.resource)))

    @property
    def is_covered(self) -> bool:
        """Whether the resource that decides was added, or a route of it."""
        return self.concerned is not None and bool(self.adds(self.concerned.resource))

    @property
    def is_left_out(self) -> bool:
        """Whether the route was not added, and another of its resource was.

        HEAD beside an added GET is not left out.
        """
        target = self.concerned
        if target is None or self.is_405:
            return False
        methods = {add.method for add in self.adds(target.resource)}
        return (
            bool(methods - {None})
            and target.method not in methods - {None}
            and not self.is_like_get
        )

    @property
    def is_like_get(self) -> bool:
        """Whether this is HEAD beside an added GET, on a route of its own or on none."""
        target = self.concerned
        if target is None or self.is_405 or self.asked_method != "HEAD":
            return False
        methods = {add.method for add in self.adds(target.resource)}
        return target.method in {"HEAD", None} and "GET" in methods and "HEAD" not in methods

    @property
    def chain(self) -> tuple[d.Config, ...]:
        """The configurations that decide together, in the order of the rules."""
        target = self.concerned
        if target is None or not self.adds(target.resource):
            return ()
        first = self.adds(target.resource)[0]
        if self.is_left_out:
            return first.config or (), self.defaults(first.cors)
        if self.is_like_get and first.method is not None:
            target = d.Target(resource=target.resource, method="GET")
        return self._chain_of(target)

    def defaults(self, cors: str) -> d.Config:
        """Those of one ``CorsConfig``: what was assigned last, or given at first."""
        steps = self.program.steps
        given = [s.defaults for s in steps if isinstance(s, d.Setup) and s.name == cors]
        given += [s.defaults for s in steps if isinstance(s, d.Assign) and s.cors == cors]
        return (given[-1] if given else None) or ()

    def _chain_of(self, target: d.Target) -> tuple[d.Config, ...]:
        """The chain of a route that was added, or with its whole resource; or of a 405."""
        adds = self.adds(target.resource)
        defaults = self.defaults(adds[0].cors)
        is_whole = adds[0].method is None
        whole = (adds[0].config or (), defaults) if is_whole else (defaults,)
        given = [add.config or () for add in adds if add.method == target.method is not None]
        view = self.handler(target)
        if not isinstance(view, d.View) or view.mixin == "absent":
            return *given, *whole
        # 0.8.1, too, takes what was given for a view only in the place of the resource's.
        after = whole if is_whole else (*given, *whole)
        if view.answer is not None:
            return view.answer, *after
        name = self.asked_method.lower()
        customs = [method.config or () for method in view.methods if method.name == name]
        return *customs, view.config or (), defaults, *after

    def _view_behind(self, server: d.Target) -> d.Target | None:
        """The view that would have had the library's ``OPTIONS`` route's requests, had it come first."""
        view = d.Target(resource=server.resource, method="*")
        is_ours = server.method == "OPTIONS" and self.handler(server) is None
        methods = [add.method for add in self.adds(server.resource)]
        has_view = is_ours and is_cors_view(self.handler(view)) and "OPTIONS" not in methods
        return view if has_view else None

    def mapped(self, change: Callable[[d.Config], d.Config]) -> Question:
        """The question with every configuration in the program changed."""
        return self.stepping([_with_configs(step, change) for step in self.program.steps])

    def stepping(self, steps: Sequence[d.Step]) -> Question:
        """The question with other steps."""
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

    @property
    def says_nothing(self) -> bool:
        """Whether the whole answer is left out."""
        return self.status is None and self.cors is None and self.body is None

    def fits(self, answer: d.Answer) -> bool:
        """Whether the answer has every part that is not left out."""
        return (
            self.status in {None, answer.status}
            and (self.cors is None or self.cors == answer.cors)
            and (self.body is None or self.body == answer.body)
        )


ANYTHING: Final = Expected(status=None, cors=None, body=None)


def _same_question(question: Question) -> Question:
    return question


def _same_answer(_question: Question, expected: Expected) -> Expected:
    return expected


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A sentence of the list, when it applies, and what it changes.

    `asked` is what 0.8.1 is asked instead; `expected` turns its answer into what is promised, and
    sees the question as `asked` saw it.
    """

    sentence: str
    applies: Callable[[Question], bool]
    asked: Callable[[Question], Question] = _same_question
    expected: Callable[[Question, Expected], Expected] = _same_answer


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


def served_by(view: d.View) -> set[str]:
    """The HTTP methods that ``web.View`` hands to this view: not every attribute is one."""
    return {method.name.upper() for method in view.methods} & {*hdrs.METH_ALL}


def with_view(
    question: Question, target: d.Target | None, change: Callable[[d.View], d.View]
) -> Question:
    """The question with the view on this route changed."""
    return question.stepping(
        [
            dataclasses.replace(step, handler=change(step.handler))
            if isinstance(step, d.AddRoute)
            and isinstance(step.handler, d.View)
            and target == d.Target(resource=step.resource, method=step.method)
            else step
            for step in question.program.steps
        ]
    )


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


def configs(question: Question) -> list[d.Config]:
    found: list[d.Config] = []

    def note(config: d.Config) -> d.Config:
        found.append(config)
        return config

    question.mapped(note)
    return found


def options_for(chain: Sequence[d.Config], origin: str) -> d.Options | None:
    """The one set of options that decides, where no key is a pattern."""
    for key in (origin, "*"):
        for config in chain:
            if key in dict(config):
                return dict(config)[key]
    return None


def names_method(options: d.Options | None, method: str) -> bool:
    """Whether options allow a method by its name."""
    names = None if options is None else options.allow_methods
    return names == "*" or method.upper() in map(str.upper, names or ())


def merged(chain: Sequence[d.Config]) -> d.Config:
    """One mapping that says what a chain of them says, where no key is a pattern."""
    found: dict[str, d.Options] = {}
    for config in chain:
        found = dict(config) | found
    # 0.8.1 parses no mapping that a view gives it.
    return tuple((key, dataclasses.replace(o, as_mapping=False)) for key, o in found.items())


def is_name(text: str) -> bool:
    """Whether a method or a header may be called so."""
    return text != "*" and _TOKEN.fullmatch(text) is not None


def cut(value: str, to: int = 100) -> str:
    """A value of a client as a text shows it."""
    return value if len(value) <= to else f"{value[:to]}..."


def in_order(names: str) -> str:
    """The names of a text as the comparison reads them: 0.8.1 has a set of them."""
    return ", ".join(sorted(names.split(", ")))


def refused_method(question: Question) -> Expected:
    """The refusal of the requested method."""
    method = cut(question.request.first("Access-Control-Request-Method") or "")
    origin = cut(question.request.first("Origin") or "")
    text = f"request method {method!r} is not allowed for {origin!r} origin"
    return Expected.refusal(text if origin.isascii() else None)


def refused_uncovered(question: Question) -> Expected:
    """The refusal of a preflight for a route that no policy covers."""
    method = cut(question.request.first("Access-Control-Request-Method") or "")
    return Expected.refusal(f"the route that serves {method} has no policy")


def behind_middlewares(expected: Expected, refusal: Expected) -> Expected:
    """A refusal by a view that nobody may have added, so that middlewares precede it."""
    return expected if expected.status == 401 else refusal
