"""The steps that bind a policy, enforced or not, and end a chain.

Owns: what a step of this kind is given, and the line where a policy was bound.
Leaves to: `aiohttp_cors._server.engine` what follows from a binding, and to `aiohttp_cors.cors` what a
new chain begins with.
"""

from abc import abstractmethod
from collections.abc import Iterable
from typing import Generic, TypeVar

from aiohttp_cors._server.call_site import call_site
from aiohttp_cors._server.steps import State, needs_one
from aiohttp_cors._table.targets import Target
from aiohttp_cors._values.arguments import missing
from aiohttp_cors._values.enforcement import Enforcement, parse_enforcement
from aiohttp_cors._values.options import Names
from aiohttp_cors._values.policy import Policy

_Next = TypeVar("_Next")


class Bindable(State, Generic[_Next]):
    """The steps that end a chain; each gives what a new one begins with."""

    __slots__ = ()

    @property
    def policy(self) -> Policy:
        """The policy as configured so far, frozen and comparable.

            policy = cors.origin("https://app.example.com").policy
            cors.use(policy).on(users)

        A chain whose policy was read counts as used: no warning at startup names it.
        """
        self._mark_used()
        return self._policy

    @needs_one(missing("target", "resource or route"))
    def on(self, target: Target, /, *targets: Target) -> _Next:
        """Bind the policy to resources, routes or sub-applications, and start a new chain.

            cors.origin("https://app.example.com").on(users, health)

        - a resource: all its routes, those added later too, and the 405 that it answers;
        - a route: this method alone; ``HEAD`` follows ``GET`` unless it is bound itself;
        - a sub-application (what `web.Application.add_subapp` returns): all its resources, at
          any depth.

        If several bindings reach a request, only the most specific one applies. Works before and
        after the application has started.

        Raises `CorsConfigError`: *missing* without a target, *invalid* for what is none,
        *conflicting* for one that has a policy of its own, and for one whose less specific policy is
        enforced. A refused call binds nothing.
        """
        return self._bind((target, *targets), None)

    @needs_one(missing("target", "resource or route"))
    def enforce_on(
        self,
        target: Target,
        /,
        *targets: Target,
        own: Names = (),
        isolate: bool = False,
        report_only: bool = False,
    ) -> _Next:
        """Bind the policy like `on`, and refuse what it does not allow before anything runs.

            cors.origin("https://app.example.com").allow_credentials().enforce_on(users)

        CORS says which scripts may read an answer. CORS stops neither a form that another site sends
        nor a WebSocket that another site opens. This step answers such a request with 403, before any
        middleware and handler of the application. Requests of the server's own pages pass, and so do
        requests of clients other than browsers, requests that the policy allows, links, images and
        scripts.

        - `own`: the public origins of this server, each exactly. Without `own`, the ``Host`` of a
          request is compared with its ``Origin``, if the browser sends no ``Sec-Fetch-Site``. Give
          `own` if a proxy changes ``Host``, and against DNS rebinding;
        - `isolate`: refuse images, scripts and frames of other sites, too;
        - `report_only`: log what would be refused, at WARNING, and let it pass.

        Raises `CorsConfigError` as `on` does, *invalid* and *prohibited* for a value of `own` that is
        no exact origin, and *conflicting* if a more specific policy is not enforced. Raises
        `RuntimeError` if the application has started or is mounted: no middleware can be put first then.
        """
        return self._bind((target, *targets), parse_enforcement(own, isolate, report_only))

    def everywhere(self, *, excluding: Iterable[Target] = ()) -> _Next:
        """Bind the policy to every resource of the application, also to those added later.

            cors.origin("https://app.example.com").everywhere(excluding=[health])

        Covers the answers that belong to no resource, too: 404 and 405. Excluding a target also
        excludes every other resource with the same path in its router. Excluding a sub-application
        excludes everything below it.

        Raises `CorsConfigError`: *invalid* for what is no target and for a target that is in no
        list, *conflicting* when it was called before.
        """
        return self._bind_everywhere(excluding, None)

    def enforce_everywhere(
        self,
        *,
        excluding: Iterable[Target] = (),
        own: Names = (),
        isolate: bool = False,
        report_only: bool = False,
    ) -> _Next:
        """Bind the policy like `everywhere`, and refuse what it does not allow like `enforce_on`.

            cors.origin("https://app.example.com").enforce_everywhere(excluding=[health])

        No route is forgotten, and no later route is open: a target that is not excluded cannot be bound
        to a policy that is not enforced.

        Raises `CorsConfigError` as `everywhere` and `enforce_on` do, and `RuntimeError` as `enforce_on`
        does.
        """
        return self._bind_everywhere(excluding, parse_enforcement(own, isolate, report_only))

    def _bind(self, targets: tuple[Target, ...], enforced: Enforcement | None) -> _Next:
        site = call_site()
        self._engine.bind(self._binding(site, enforced), targets, site)
        self._mark_used()
        return self._begin_again()

    def _bind_everywhere(self, excluding: Iterable[Target], enforced: Enforcement | None) -> _Next:
        self._engine.bind_everywhere(self._binding(call_site(), enforced), excluding)
        self._mark_used()
        return self._begin_again()

    @abstractmethod
    def _begin_again(self) -> _Next: ...
