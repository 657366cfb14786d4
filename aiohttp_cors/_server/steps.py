"""The steps that say what a clause allows, and the value that every state of a chain is.

Owns: how a step fills the clause under way, and what a state says where a step does not exist.
Leaves to: `aiohttp_cors.cors` the states and the steps that lead from one to the other, and to
`aiohttp_cors._values.arguments` what a step is given. Nothing reaches the application here.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import wraps
from typing import Final, NoReturn, TypeVar, cast, final

from typing_extensions import Self, override

from aiohttp_cors._server.call_site import CallSite, call_site
from aiohttp_cors._server.engine import Engine
from aiohttp_cors._table.bindings import Binding
from aiohttp_cors._values.arguments import add_names, missing, refuse_both
from aiohttp_cors._values.derived import clause_with, policy_with_last
from aiohttp_cors._values.enforcement import Enforcement
from aiohttp_cors._values.errors import CorsConfigError, Problem, shown
from aiohttp_cors._values.names import (
    parse_max_age,
    parse_method,
    parse_request_header,
    parse_response_header,
)
from aiohttp_cors._values.place import Place, Written
from aiohttp_cors._values.policy import Clause, Policy, chain_of

_Step = TypeVar("_Step", bound=Callable[..., object])


@final
class Begun:
    """A clause that began at `place`. Equal only to itself."""

    __slots__ = ("place",)

    def __init__(self, place: Place) -> None:
        self.place = place


_NOTHING_SAID: Final = Policy(())
_BEGINNING: Final = "a chain begins with Cors.for_app, and every other state is made by a step"
_ONE_AGE: Final = "the clause has an age already"


def needs_one(problem: Problem) -> Callable[[_Step], _Step]:
    """Make `problem` of an empty call, such as ``.origin(*settings.origins)`` may be."""

    def decorate(step: _Step) -> _Step:
        @wraps(step)
        def checked(*args: object, **options: object) -> object:
            if len(args) == 1:
                raise CorsConfigError([problem])
            return step(*args, **options)

        return cast("_Step", checked)  # the very signature of `step`

    return decorate


def refuse(state: type, step: str, problem: Problem) -> None:
    """Let a state say why it has no `step`, to programs that no type checker reads.

    Type checkers do not see the step, and report it as one that does not exist.
    """

    def refused(_self: object, *_args: object, **_options: object) -> NoReturn:
        raise CorsConfigError([problem])

    refused.__name__ = step
    refused.__doc__ = f"Raises `CorsConfigError`: {problem.because}."
    setattr(state, step, refused)


@dataclass(frozen=True, slots=True, init=False, repr=False)
class State:
    """What every state carries: the policy so far, and a mark for where each clause began."""

    _engine: Engine
    _policy: Policy
    _begun: tuple[Begun, ...]

    def __init__(
        self, _engine: Engine, _policy: Policy = _NOTHING_SAID, _begun: tuple[Begun, ...] = ()
    ) -> None:
        # The only way to fill a frozen value.
        fill = object.__setattr__
        fill(self, "_engine", _engine)
        fill(self, "_policy", _policy)
        fill(self, "_begun", _begun)

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({chain_of(self._policy)})"

    def _mark(self) -> Begun:
        """Note where the clause that begins here was written; the engine warns of unused ones."""
        site = call_site()
        mark = Begun(site.place)
        self._engine.begin(mark, site)
        return mark

    def _binding(self, site: CallSite, enforced: Enforcement | None) -> Binding:
        """The policy, bound at `site`."""
        begun = self._begun
        # A ready policy has one mark for all of its clauses.
        begun = (
            begun
            if len(begun) == len(self._policy.clauses)
            else begun[:1] * len(self._policy.clauses)
        )
        return self._engine.binding(
            self._policy, Written(site.place, tuple(mark.place for mark in begun)), enforced
        )

    def _mark_used(self) -> None:
        """Forget where the clauses of this state began: they have an effect."""
        for mark in self._begun:
            self._engine.notes.use(mark)


def _made_by_steps_only(make: Callable[..., None]) -> Callable[..., None]:
    """`State.__init__` that answers ``Cors(app)`` with what to write instead."""

    @wraps(make)
    def checked(state: State, *args: object, **options: object) -> None:
        given = args[0] if args else options.get("_engine")
        if not isinstance(given, Engine):
            value = shown(given) if args else ""
            problem = Problem("app", value, "invalid", _BEGINNING, "Cors.for_app(app)")
            raise CorsConfigError([problem])
        make(state, *args, **options)

    return checked


# Type checkers go on seeing `State.__init__`, and report a call with another argument.
setattr(State, "__init__", _made_by_steps_only(State.__init__))  # noqa: B010


class Allowing(State):
    """The steps that say what the current clause allows. Names add up; nothing is said twice."""

    __slots__ = ()

    @needs_one(missing("expose_headers", "name"))
    def expose(self, first: str, /, *more: str) -> Self:
        """Let scripts read these response headers beside the safelisted ones.

            cors.origin("https://app.example.com").expose("X-Request-ID").on(users)

        Raises `CorsConfigError`: *invalid* for no token, *forbidden* for ``Set-Cookie``,
        *prohibited* for ``"*"`` and the protocol's request headers, *conflicting* after
        `expose_all`.
        """
        given, before = (first, *more), self._clause.expose_headers
        names = add_names(given, before, parse_response_header, "expose_headers")
        return self._with(clause_with(self._clause, expose_headers=names))

    def expose_all(self) -> Self:
        """Let scripts read every response header, except what no script can ever read.

            cors.origin("https://app.example.com").expose_all().on(users)

        Raises `CorsConfigError`: *conflicting* after `expose`.
        """
        refuse_both("expose_headers", "expose_all", self._clause.expose_headers)
        return self._with(clause_with(self._clause, expose_headers="*"))

    @needs_one(missing("allow_headers", "name"))
    def allow_headers(self, first: str, /, *more: str) -> Self:
        """Let scripts set these request headers.

            cors.origin("https://app.example.com").allow_headers("Content-Type", "Authorization").on(users)

        Raises `CorsConfigError`: *invalid* for no token, *forbidden* for what no script can set,
        *prohibited* for ``"*"`` and the protocol's response headers, *conflicting* after
        `allow_any_header`.
        """
        given, before = (first, *more), self._clause.allow_headers
        names = add_names(given, before, parse_request_header, "allow_headers")
        return self._with(clause_with(self._clause, allow_headers=names))

    def allow_any_header(self) -> Self:
        """Let scripts set any request header, ``Authorization`` included.

            cors.any_origin().allow_any_header().on(health)

        Raises `CorsConfigError`: *conflicting* after `allow_headers`.
        """
        refuse_both("allow_headers", "allow_any_header", self._clause.allow_headers)
        return self._with(clause_with(self._clause, allow_headers="*"))

    @needs_one(missing("allow_methods", "method"))
    def allow_methods(self, first: str, /, *more: str) -> Self:
        """Allow these methods, instead of those that are routed on the target.

        Methods are case-sensitive and upper case: ``get`` is taken for ``GET``, as browsers do,
        but ``patch`` is refused, since a browser that is told ``patch`` sends another method than
        ``PATCH``. An actual request with another method is answered without CORS headers.

            cors.origin("https://partner.example").allow_methods("GET").on(users)

        Raises `CorsConfigError`: *invalid* for no token and for lower case, *forbidden* for
        CONNECT, TRACE and TRACK, *prohibited* for ``"*"``, *conflicting* after `allow_any_method`.
        """
        given, before = (first, *more), self._clause.allow_methods
        names = add_names(given, before or frozenset(), parse_method, "allow_methods", same=str)
        return self._with(clause_with(self._clause, allow_methods=names))

    def allow_any_method(self) -> Self:
        """Allow every method.

            cors.origin("https://app.example.com").allow_any_method().on(users)

        Raises `CorsConfigError`: *conflicting* after `allow_methods`.
        """
        refuse_both("allow_methods", "allow_any_method", self._clause.allow_methods)
        return self._with(clause_with(self._clause, allow_methods="*"))

    def max_age(self, age: int | timedelta, /) -> Self:
        """Let browsers remember a preflight's answer for so many seconds; 0 switches that off.

            cors.origin("https://app.example.com").max_age(timedelta(hours=1)).on(users)

        Raises `CorsConfigError`: *invalid* for anything but 0 to 86400 whole seconds,
        *conflicting* when the clause has an age.
        """
        seconds = parse_max_age(age)
        if isinstance(seconds, Problem):
            raise CorsConfigError([seconds])
        if self._clause.max_age is not None:
            raise CorsConfigError([Problem("max_age", repr(age), "conflicting", _ONE_AGE, "")])
        return self._with(clause_with(self._clause, max_age=seconds))

    @property
    def _clause(self) -> Clause:
        """The clause under way."""
        return self._policy.clauses[-1]

    def _with(self, clause: Clause) -> Self:
        return replace(self, _policy=policy_with_last(self._policy, clause))
