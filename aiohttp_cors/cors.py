"""The fluent API: `Cors` and the states of a rule, each a class of its own.

Knows which step may follow which, and how the steps fill a `Policy`. Every step gives a new
frozen value; nothing reaches the application before `.on` or `.everywhere`. Holds no rule of the
protocol: what a step is given is parsed by `arguments`, and a policy is bound by `targets`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import wraps
from typing import Literal, TypeVar, cast, final, overload

from aiohttp import web
from typing_extensions import Self

from aiohttp_cors._server.call_site import place_of_call
from aiohttp_cors._server.engine import Engine, engine_for
from aiohttp_cors._server.live_origins import LiveOrigins
from aiohttp_cors._table.targets import Target, bind_everywhere, bind_targets
from aiohttp_cors._values.arguments import add_names, parse_sources, refuse_both
from aiohttp_cors._values.configuration import parse_policy
from aiohttp_cors._values.errors import CorsConfigError, Problem
from aiohttp_cors._values.names import (
    parse_max_age,
    parse_method,
    parse_request_header,
    parse_response_header,
)
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.origins import EXAMPLE
from aiohttp_cors._values.policy import (
    AnyOrigin,
    Clause,
    OriginWhere,
    Policy,
    Predicate,
)

__all__ = ("AnyOriginRule", "BoundPolicy", "Cors", "CredentialedRule", "OriginRule")

_Step = TypeVar("_Step", bound=Callable[..., object])


def _needs_one(what: str, hint: str) -> Callable[[_Step], _Step]:
    """Make an empty call, such as ``.origin(*settings.origins)`` may be, a *missing* problem."""

    def decorate(step: _Step) -> _Step:
        @wraps(step)
        def checked(*args: object, **options: object) -> object:
            if len(args) == 1:
                raise CorsConfigError([Problem(what, "", "missing", hint)])
            return step(*args, **options)

        return cast("_Step", checked)  # the very signature of `step`

    return decorate


@dataclass(frozen=True, slots=True)
class _State:
    """What every state carries: the clauses so far, and a mark for where each began."""

    _engine: Engine = field(repr=False)
    _clauses: tuple[Clause, ...] = ()
    _begun: tuple[object, ...] = field(default=(), repr=False)


class _Chain(_State):
    """The steps that begin a clause."""

    __slots__ = ()

    # mypy: "*" is a str, and means another state on purpose.
    @overload
    def origin(self, first: Literal["*"], /) -> "AnyOriginRule": ...  # type: ignore[overload-overlap]  # pyright: ignore[reportOverlappingOverload]
    @overload
    def origin(self, first: str | LiveOrigins, /, *more: str | LiveOrigins) -> "OriginRule": ...
    def origin(self, *origins: str | LiveOrigins) -> "OriginRule | AnyOriginRule":
        """Begin a clause about exact origins, patterns and live sets.

        ``"https://app.example.com"`` is an origin, ``"https://*.example.com"`` any subdomain of
        it at any depth, ``"http://localhost:*"`` any port. The one literal ``"*"`` is
        `any_origin`.

        Raises `CorsConfigError`: *missing* without any, *invalid* and *prohibited* as
        `aiohttp_cors._values.origins.parse_origin` says, *conflicting* for an origin that the policy
        names already, and for ``"*"`` beside others.
        """
        if origins == ("*",):
            return self.any_origin()
        return OriginRule(*self._begin(Clause(origins=parse_sources(origins))))

    def any_origin(self) -> "AnyOriginRule":
        """Begin a clause about every origin, opaque ones included; it cannot allow credentials.

        Where it is the only clause, the constant ``*`` is sent, and answers are the same for
        everybody.

        Raises `CorsConfigError`: *conflicting* when the policy has such a clause already.
        """
        return AnyOriginRule(*self._begin(Clause(origins=(AnyOrigin(),))))

    def origin_where(self, predicate: Predicate) -> "OriginRule":
        """Begin a clause about the origins for which `predicate` answers ``True``.

        It may be async, and is asked at most once per request, about serialized origins only,
        never about ``null``. It is asked about ``http`` origins too, whether or not the clause
        allows credentials: check the scheme in it. One that raises refuses the request, and the
        exception is logged.

        Raises `CorsConfigError`: *invalid* for what cannot be called.
        """
        return OriginRule(*self._begin(Clause(origins=(OriginWhere(predicate),))))

    def _begin(self, clause: Clause) -> tuple[Engine, tuple[Clause, ...], tuple[object, ...]]:
        policy = Policy((*self._clauses, clause))
        mark = object()
        self._engine.begin(mark, place_of_call())
        return self._engine, policy.clauses, (*self._begun, mark)


class _Bindable(_State):
    """The steps that end a chain."""

    __slots__ = ()

    @property
    def policy(self) -> Policy:
        """The policy as configured so far, frozen and comparable."""
        self._mark_used()
        return Policy(self._clauses)

    @_needs_one("target", "a resource or a route")
    def on(self, target: Target, /, *targets: Target) -> "Cors":
        """Bind the policy to resources, routes or sub-applications, and start a new chain.

        - a resource: all its routes, those added later too, and the 405 that it answers;
        - a route: this method alone; ``HEAD`` follows ``GET`` unless it is bound itself;
        - a sub-application (what `web.Application.add_subapp` returns): all its resources, at
          any depth.

        Of several bindings that reach a request the most specific decides alone. Works before
        and after the application has started.

        Raises `CorsConfigError`: *missing* without a target, *invalid* for what is none,
        *conflicting* for one that has a policy of its own. A refused call binds nothing.
        """
        engine = self._engine
        policy = engine.compiled(Policy(self._clauses))
        bound = bind_targets(engine.bindings, policy, (target, *targets))
        engine.see_to_preflights(bound)
        self._mark_used()
        return Cors(self._engine)

    def everywhere(self, *, excluding: Iterable[Target] = ()) -> "Cors":
        """Bind the policy to every resource of the application, also to those added later.

        Covers the answers that belong to no resource, too: 404 and 405. An excluded target takes
        along every resource of the same path in its router, a sub-application all below it.

        Raises `CorsConfigError`: *invalid* for what is no target and for a target that is in no
        list, *conflicting* when it was called before.
        """
        policy = self._engine.compiled(Policy(self._clauses))
        bind_everywhere(self._engine.bindings, policy, excluding)
        self._engine.see_to_all_preflights()
        self._mark_used()
        return Cors(self._engine)

    def _mark_used(self) -> None:
        for mark in self._begun:
            self._engine.use(mark)


class _Rule(_Chain, _Bindable):
    """The steps that say what the current clause allows. Names add up; nothing is said twice."""

    __slots__ = ()

    @_needs_one("expose_headers", "X-Request-ID")
    def expose(self, first: str, /, *more: str) -> Self:
        """Let scripts read these response headers beside the safelisted ones.

        Raises `CorsConfigError`: *invalid* for no token, *forbidden* for ``Set-Cookie``,
        *prohibited* for ``"*"`` and the protocol's request headers, *conflicting* after
        `expose_all`.
        """
        given, before = (first, *more), self._clauses[-1].expose_headers
        names = add_names(given, before, parse_response_header, "expose_headers")
        return self._with(replace(self._clauses[-1], expose_headers=names))

    def expose_all(self) -> Self:
        """Let scripts read every response header, except what no script can ever read.

        Raises `CorsConfigError`: *conflicting* after `expose`.
        """
        clause = self._clauses[-1]
        refuse_both("expose_headers", "expose_all", clause.expose_headers)
        return self._with(replace(clause, expose_headers="*"))

    @_needs_one("allow_headers", "X-Request-ID")
    def allow_headers(self, first: str, /, *more: str) -> Self:
        """Let scripts set these request headers.

        Raises `CorsConfigError`: *invalid* for no token, *forbidden* for what no script can set,
        *prohibited* for ``"*"`` and the protocol's response headers, *conflicting* after
        `allow_any_header`.
        """
        given, before = (first, *more), self._clauses[-1].allow_headers
        names = add_names(given, before, parse_request_header, "allow_headers")
        return self._with(replace(self._clauses[-1], allow_headers=names))

    def allow_any_header(self) -> Self:
        """Let scripts set any request header, ``Authorization`` included.

        Raises `CorsConfigError`: *conflicting* after `allow_headers`.
        """
        clause = self._clauses[-1]
        refuse_both("allow_headers", "allow_any_header", clause.allow_headers)
        return self._with(replace(clause, allow_headers="*"))

    @_needs_one("allow_methods", "GET")
    def allow_methods(self, first: str, /, *more: str) -> Self:
        """Allow these methods, instead of those that are routed on the target.

        Methods are case-sensitive: ``get`` is taken for ``GET``, as browsers do, but ``patch``
        is not ``PATCH``. An actual request with another method is answered without CORS headers.

        Raises `CorsConfigError`: *invalid* for no token, *forbidden* for CONNECT, TRACE and
        TRACK, *prohibited* for ``"*"``, *conflicting* after `allow_any_method`.
        """
        given, before = (first, *more), self._clauses[-1].allow_methods
        names = add_names(given, before or frozenset(), parse_method, "allow_methods", same=str)
        return self._with(replace(self._clauses[-1], allow_methods=names))

    def allow_any_method(self) -> Self:
        """Allow every method.

        Raises `CorsConfigError`: *conflicting* after `allow_methods`.
        """
        clause = self._clauses[-1]
        refuse_both("allow_methods", "allow_any_method", clause.allow_methods)
        return self._with(replace(clause, allow_methods="*"))

    def max_age(self, age: int | timedelta, /) -> Self:
        """Let browsers remember a preflight's answer for so many seconds; 0 switches that off.

        Raises `CorsConfigError`: *invalid* for anything but 0 to 86400 whole seconds,
        *conflicting* when the clause has an age.
        """
        seconds = parse_max_age(age)
        if isinstance(seconds, Problem):
            raise CorsConfigError([seconds])
        if self._clauses[-1].max_age is not None:
            raise CorsConfigError([Problem("max_age", repr(age), "conflicting", "say it once")])
        return self._with(replace(self._clauses[-1], max_age=seconds))

    def _with(self, clause: Clause) -> Self:
        return replace(self, _clauses=(*self._clauses[:-1], clause))


@final
class Cors(_Chain):
    """Where a chain begins: ``Cors.for_app(app).origin("https://app.example.com").on(resource)``.

    Frozen, like every state that follows: any prefix of a chain can be kept, shared and
    continued more than once.
    """

    __slots__ = ()

    @classmethod
    def for_app(cls, app: web.Application) -> Self:
        """The beginning of chains for `app`; the same engine however often it is called.

        Raises `CorsConfigError`: *invalid* for what is no application. Raises `RuntimeError` when
        the application has started or is mounted already, unless it was called before that.
        """
        return cls(engine_for(app))

    def use(self, policy: Policy | Mapping[str, ResourceOptions]) -> "BoundPolicy":
        """Take a ready policy, or options by origin, to be bound as it is.

        A mapping is validated like the steps of a chain; ``"*"`` is `any_origin`.

        Raises `CorsConfigError` with all its problems: *missing* where it names no origin.
        """
        ready = policy if isinstance(policy, Policy) else parse_policy(policy)
        if not ready.clauses:
            raise CorsConfigError([Problem("origin", "", "missing", EXAMPLE)])
        mark = object()
        self._engine.begin(mark, place_of_call())
        return BoundPolicy(self._engine, ready.clauses, (mark,))


@final
class OriginRule(_Rule):
    """A rule whose current clause names origins and allows no credentials (yet)."""

    __slots__ = ()

    def allow_credentials(self, *, dangerously_over_http: bool = False) -> "CredentialedRule":
        """Let cookies, client certificates and HTTP authentication be sent.

        Raises `CorsConfigError`: *prohibited* for an ``http`` origin that is not loopback, unless
        `dangerously_over_http`: whoever is on the path can then act with the user's credentials;
        *invalid* for a switch that is no bool.
        """
        clause = replace(
            self._clauses[-1],
            allow_credentials=True,
            dangerously_over_http=dangerously_over_http,
        )
        return CredentialedRule(self._engine, (*self._clauses[:-1], clause), self._begun)


@final
class CredentialedRule(_Rule):
    """A rule whose current clause names origins and allows credentials."""

    __slots__ = ()


@final
class AnyOriginRule(_Rule):
    """A rule whose current clause is about any origin; it has no way to allow credentials."""

    __slots__ = ()


@final
class BoundPolicy(_Bindable):
    """A ready policy, to be bound."""

    __slots__ = ()
