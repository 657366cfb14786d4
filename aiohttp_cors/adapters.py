"""Which aiohttp things carry a policy, and which requests of theirs it decides about.

Knows resources, routes, views and mounted applications. Knows nothing of configurations; a
compiled policy is all it sees of one.

Source: https://docs.aiohttp.org/en/stable/web_reference.html#router
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias, final

from aiohttp import hdrs, web

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, OriginTable
from aiohttp_cors._values.vocabulary import FORBIDDEN_METHODS

ROUTE_LEVEL: Final = 0
RESOURCE_LEVEL: Final = 1
SUBAPP_LEVEL: Final = 2
EVERYWHERE_LEVEL: Final = 3

NO_POLICIES: Final[Mapping[str, CompiledPolicy | None]] = MappingProxyType({})

TablesOfRequest: TypeAlias = Callable[[web.Request, str], Sequence[OriginTable]]
"""Asked once per request for the tables of a method; raises `KeyError` for a method it lacks."""


@final
class Coverage(NamedTuple):
    """How the requests of one resource find their policy.

    - `classic`: whether the classic API bound it, which decides how a preflight is judged;
    - `level`: how specific `whole` is, see the ``*_LEVEL`` constants;
    - `by_method`: the policies of single routes, for actual requests; None where it is none;
    - `otherwise`: the policy of every other method;
    - `whole`: the policy of the resource as a whole, under which a 405 is answered;
    - `added`, `fallback`: the same as `by_method` and `otherwise`, for preflights; None for a route
      that was not added;
    - `by_request`: a view's own say about actual requests with a method that `by_method` leaves
      out;
    - `view`: a view's own say about preflights for a method that `added` leaves out;
    - `once`: whether the decision is to be made once and kept, because a predicate, a live set or
      a view is asked;
    - `routes`: the methods whose policy the fluent API bound to a route, with ``*`` for `otherwise`.
    """

    classic: bool
    level: int
    by_method: Mapping[str, CompiledPolicy | None]
    otherwise: CompiledPolicy | None
    whole: CompiledPolicy | None
    added: Mapping[str, CompiledPolicy | None]
    fallback: CompiledPolicy | None
    by_request: TablesOfRequest | None = None
    view: TablesOfRequest | None = None
    once: bool = False
    routes: frozenset[str] = frozenset()

    def policy_for(self, method: str) -> CompiledPolicy | None:
        """The policy of actual requests with `method`; one dict lookup."""
        return self.by_method.get(method, self.otherwise)

    def covers(self, method: str | None) -> bool:
        """Whether there is a policy for `method`, or for the whole resource."""
        policy = self.whole if method is None else self.policy_for(method)
        return policy is not None

    def level_of(self, method: str | None) -> int:
        """How specific the policy is that decides about `method`."""
        if method is None:
            return self.level
        bound = method if method in self.by_method else hdrs.METH_ANY
        return ROUTE_LEVEL if bound in self.routes else self.level


def handled_methods(view: type[object]) -> frozenset[str]:
    """The HTTP methods that a view defines, in upper case."""
    return frozenset(name for name in hdrs.METH_ALL if hasattr(view, name.lower()))


def routed_methods(routes: Iterable[web.AbstractRoute]) -> frozenset[str]:
    """The methods that `routes` serve and a browser can send; with ``*`` for any other.

    A view on a ``*`` route serves the methods that it defines.
    """
    methods: set[str] = set()
    for route in routes:
        view = view_of(route) if route.method == hdrs.METH_ANY else None
        methods |= {route.method} if view is None else handled_methods(view)
    return frozenset(methods) - FORBIDDEN_METHODS


def view_of(route: web.AbstractRoute) -> type[web.View] | None:
    """The view class that handles the route, None for a function or another callable."""
    handler: object = route.handler
    return handler if isinstance(handler, type) and issubclass(handler, web.View) else None


def with_head(
    policies: Mapping[str, CompiledPolicy | None],
) -> Mapping[str, CompiledPolicy | None]:
    """`policies`, with that of GET for HEAD unless it has its own."""
    get = policies.get(hdrs.METH_GET)
    if get is None or hdrs.METH_HEAD in policies:
        return policies
    return {**policies, hdrs.METH_HEAD: get}


def mounted_app(resource: web.AbstractResource) -> web.Application | None:
    """The application that a sub-application's resource mounts, None for other resources."""
    return resource.get_info().get("app")


def app_tree(app: web.Application) -> Iterator[web.Application]:
    """`app` and all applications below it."""
    yield app
    for resource in app.router.resources():
        below = mounted_app(resource)
        if below is not None:
            yield from app_tree(below)


def resources_below(
    apps: tuple[web.Application, ...],
) -> Iterator[tuple[web.AbstractResource, tuple[web.Application, ...]]]:
    """Every resource of the last of `apps` and below it, with the applications that lead there."""
    for resource in apps[-1].router.resources():
        below = mounted_app(resource)
        if below is None:
            yield resource, apps
        else:
            yield from resources_below((*apps, below))


async def resource_of_405(request: web.Request) -> web.AbstractResource | None:
    """The first resource that matches the URL with other methods; asks each in turn.

    For a request that the router answered with 405, and only for that.
    """
    for resource in request.match_info.apps[-1].router.resources():
        match_info, allowed = await resource.resolve(request)
        if match_info is None and allowed:
            return resource
    return None
