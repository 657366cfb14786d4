"""The fluent API: `Cors` and the states of a rule, each a class of its own.

Owns: which step may follow which. Every step gives a new frozen value, and nothing reaches the
application before it is bound.
Leaves to: `aiohttp_cors._server.steps` what a clause allows, to `aiohttp_cors._values.arguments` the
parsing of what a step is given, and to `aiohttp_cors._table.targets` the binding.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, Literal, final, overload

from aiohttp import web
from typing_extensions import Self, override

from aiohttp_cors._server.binding_steps import Bindable
from aiohttp_cors._server.engine import Engine, engine_for
from aiohttp_cors._server.live_origins import LiveOrigins
from aiohttp_cors._server.steps import Allowing, Begun, State, refuse
from aiohttp_cors._values.arguments import parse_sources
from aiohttp_cors._values.configuration import Config, parse_policy
from aiohttp_cors._values.derived import clause_about, clause_with_credentials, policy_with_last
from aiohttp_cors._values.errors import CorsConfigError, Problem
from aiohttp_cors._values.policy import (
    ANY_WITH_CREDENTIALS,
    NO_ORIGIN,
    AnyOrigin,
    Clause,
    OriginWhere,
    Policy,
    Predicate,
)

if TYPE_CHECKING:
    from aiohttp_cors.introspection import Explanation, TableRow

__all__ = ("AnyOriginRule", "BoundPolicy", "Cors", "CredentialedRule", "OriginRule")

_NO_RULE: Final = Problem(
    "origin",
    "",
    "missing",
    "a policy names the origins that it allows, before it is bound",
    ".origin",
)


class _Chain(State):
    """The steps that begin a clause."""

    __slots__ = ()

    # mypy: "*" is a str, and means another state on purpose.
    @overload
    def origin(self, first: Literal["*"], /) -> "AnyOriginRule": ...  # type: ignore[overload-overlap]  # pyright: ignore[reportOverlappingOverload]
    @overload
    def origin(self, first: str | LiveOrigins, /, *more: str | LiveOrigins) -> "OriginRule": ...
    def origin(self, *origins: str | LiveOrigins) -> "OriginRule | AnyOriginRule":
        """Begin a clause about exact origins, patterns and live sets.

        ``"https://app.example.com"`` is an origin. ``"https://*.example.com"`` stands for any
        subdomain of ``example.com``, at any depth. ``"http://localhost:*"`` stands for any port. The
        one literal ``"*"`` is `any_origin`.

            cors.origin("https://app.example.com", "https://*.preview.example.com").on(users)

        Raises `CorsConfigError`: *missing* without any, *invalid* and *prohibited* as
        `aiohttp_cors._values.origins.parse_origin` says, *conflicting* for an origin that the policy
        names already, and for ``"*"`` beside others.
        """
        if origins == ("*",):
            return self.any_origin()
        return OriginRule(*self._begin(clause_about(parse_sources(origins))))

    def any_origin(self) -> "AnyOriginRule":
        """Begin a clause about every origin, opaque ones included; it cannot allow credentials.

        Where it is the only clause, the constant ``*`` is sent, and answers are the same for
        everybody.

            cors.any_origin().on(health)

        Raises `CorsConfigError`: *conflicting* when the policy has such a clause already.
        """
        return AnyOriginRule(*self._begin(clause_about((AnyOrigin(),))))

    def origin_where(self, predicate: Predicate) -> "OriginRule":
        """Begin a clause about the origins for which `predicate` answers ``True``.

        The predicate may be async. It is asked at most once per request, about serialized origins
        only, never about ``null``. It is asked about ``http`` origins too, whether or not the clause
        allows credentials, so let it check the scheme. A predicate that raises refuses the request,
        and the exception is logged.

            async def is_customer(origin: str) -> bool:
                return origin in {"https://ada.example"}  # a query, perhaps

            cors.origin_where(is_customer).on(users)

        Raises `CorsConfigError`: *invalid* for what cannot be called.
        """
        return OriginRule(*self._begin(clause_about((OriginWhere(predicate),))))

    def _begin(self, clause: Clause) -> tuple[Engine, Policy, tuple[Begun, ...]]:
        policy = Policy((*self._policy.clauses, clause))
        return self._engine, policy, (*self._begun, self._mark())


class _Bindable(Bindable["Cors"]):
    """The steps that end a chain, and begin a new one."""

    __slots__ = ()

    @override
    def _begin_again(self) -> "Cors":
        return Cors(self._engine)


class _Rule(_Chain, Allowing, _Bindable):
    """What every rule can do: say what its clause allows, begin another clause, be bound."""

    __slots__ = ()


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

            cors = Cors.for_app(app)
            cors.origin("https://app.example.com").on(users)

        Raises `CorsConfigError`: *invalid* for what is no application. Raises `RuntimeError` when
        the application has started or is mounted already, unless it was called before that.
        """
        return cls(engine_for(app))

    def table(self) -> "tuple[TableRow, ...]":
        """The compiled table: which policy decides about each path and method, as it is now.

        Routes that nothing covers are rows, too, and so are the applications below this one and what
        the classic API has added. ``python -m aiohttp_cors show`` lays the rows out.

            assert all(row.is_covered for row in cors.table() if row.path.startswith("/api/"))
        """
        from aiohttp_cors.introspection import rows_of  # noqa: PLC0415 -- a server needs it not

        return rows_of(self._engine.app)

    async def explain(
        self,
        method: str,
        path: str,
        *,
        origin: str,
        headers: Iterable[str] | Mapping[str, str] = (),
        credentials: bool = False,
    ) -> "Explanation":
        """Why a script of a page of `origin` may or may not read the answer to a request.

        The request is never sent, and no code of the program runs: where a predicate or a view
        decides, `.allowed` is None and the text says what is missing.

        - `path`: with or without a query; with the server's origin in front,
          ``https://api.example.com/users``, the host counts, too;
        - `headers`: what the script sets, as names, ``"X-CSRF-Token"``, or with values,
          ``"Content-Type: text/plain"``. A name alone stands for a value that needs permission;
        - `credentials`: the script sends cookies, as with ``credentials: "include"``.

            print(await cors.explain("PUT", "/users", origin="https://app.example.com"))

        Raises `CorsConfigError`: *invalid* for what no page can ask, an `origin` that no browser
        sends among it.
        """
        from aiohttp_cors.introspection import explain  # noqa: PLC0415 -- a server needs it not

        app = self._engine.app
        return await explain(
            app, method, path, origin=origin, headers=headers, credentials=credentials
        )

    def use(self, policy: Policy | Config) -> "BoundPolicy":
        """Take a ready policy, or options by origin, to be bound as it is.

        The options of an origin are `ResourceOptions`, or a plain mapping with the same keys. Both
        are validated like the steps of a chain; ``"*"`` is `any_origin`.

            cors.use({"https://app.example.com": {"allow_credentials": True, "max_age": 600}}).on(users)

        Raises `CorsConfigError` with all its problems: *missing* where it names no origin.
        """
        ready = policy if isinstance(policy, Policy) else parse_policy(policy)
        if not ready.clauses:
            raise CorsConfigError([NO_ORIGIN])
        return BoundPolicy(self._engine, ready, (self._mark(),))


@final
class OriginRule(_Rule):
    """A rule whose current clause names origins and allows no credentials (yet)."""

    __slots__ = ()

    def allow_credentials(self, *, dangerously_over_http: bool = False) -> "CredentialedRule":
        """Let cookies, client certificates and HTTP authentication be sent.

            cors.origin("https://app.example.com").allow_credentials().on(users)

        Raises `CorsConfigError`: *prohibited* for an ``http`` origin that is not loopback, and for
        live origins that may hold one, unless `dangerously_over_http`: whoever is on the path can
        then act with the user's credentials; *invalid* for a switch that is no bool.
        """
        clause = clause_with_credentials(self._clause, dangerously_over_http)
        return CredentialedRule(self._engine, policy_with_last(self._policy, clause), self._begun)


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


# What type checkers report as steps that do not exist; programs reach them unchecked.
refuse(AnyOriginRule, "allow_credentials", ANY_WITH_CREDENTIALS)
refuse(Cors, "on", _NO_RULE)
refuse(Cors, "everywhere", _NO_RULE)
refuse(Cors, "enforce_on", _NO_RULE)
refuse(Cors, "enforce_everywhere", _NO_RULE)
