"""Facts about aiohttp's routers, resources, routes and views.

Owns: how applications are nested, which methods are routed, and what is aiohttp's own.
Leaves to: `aiohttp_cors._table.overlap` which resources may match the same URL.

A program may bring a router or a resource class of its own. Such a class may raise, list nothing
or choose by a header. Every function here copes with that; `is_native` and `has_native_router` say
where aiohttp's own rules hold.

Source: https://docs.aiohttp.org/en/stable/web_reference.html#router
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Final, NamedTuple, TypeGuard, final

from aiohttp import hdrs, web
from aiohttp.web_urldispatcher import (
    Domain,
    MaskDomain,
    MatchedSubAppResource,
    PrefixedSubAppResource,
)

from aiohttp_cors._values.vocabulary import FORBIDDEN_METHODS

ANY_METHOD: Final = frozenset({hdrs.METH_ANY})

# Most resources are one of these. To look for them first takes a third of what `isinstance` takes,
# which an abstract class answers.
_LEAVES: Final = frozenset({web.PlainResource, web.DynamicResource, web.StaticResource})
_NATIVE: Final = _LEAVES | {PrefixedSubAppResource, MatchedSubAppResource}
# What a subclass may not define again, if aiohttp's rules are to hold for its instances.
_ROUTING: Final = frozenset({"resolve", "_match", "get_info", "canonical", "__iter__", "__len__"})
_DISPATCHING: Final = ("_iter", "__await__")


@final
class Mounted(NamedTuple):
    """A resource and the applications that lead to it, the root first."""

    apps: tuple[web.Application, ...]
    resource: web.AbstractResource


def is_native(resource: web.AbstractResource) -> bool:
    """Whether aiohttp's own code says which requests are for `resource`.

    A domain's rule counts as aiohttp's own if its class does: a preflight carries the host.
    """
    if type(resource) in _LEAVES:
        return True
    written = takewhile(lambda kind: kind not in _NATIVE, type(resource).__mro__)
    if not all(_ROUTING.isdisjoint(vars(kind)) for kind in written):
        return False
    rule = info_of(resource).get("rule")
    return rule is None or type(rule) in {Domain, MaskDomain}


def has_native_router(app: web.Application) -> bool:
    """Whether aiohttp's own code selects the resource for a request to `app`.

    A tracing library that wraps ``UrlDispatcher.resolve`` changes nothing about that.
    """
    router = _dispatcher(app.router)
    return (
        router is not None
        and type(router).resolve is web.UrlDispatcher.resolve
        and "resolve" not in vars(router)
    )


def freezes(app: web.Application) -> bool:
    """Whether the router of `app` takes no more resources once the application has started."""
    router = _dispatcher(app.router)
    return (
        router is not None
        and type(router).freeze is web.UrlDispatcher.freeze
        and "freeze" not in vars(router)
    )


def resources_of(app: web.Application) -> Collection[web.AbstractResource]:
    """The resources of a router in the order of their registration; a live view, or nothing."""
    router = _dispatcher(app.router)
    return () if router is None else router.resources()


def routes_of(resource: web.AbstractResource) -> list[web.AbstractRoute]:
    """The routes that `resource` lists."""
    try:
        return list(resource)
    except Exception:  # noqa: BLE001 -- a class of the program's own
        return []


def info_of(resource: web.AbstractResource) -> Mapping[str, object]:
    """What `resource` says about itself; nothing where that raises."""
    try:
        info: object = resource.get_info()
    except Exception:  # noqa: BLE001 -- a class of the program's own
        return {}
    return info if _is_mapping(info) else {}


def canonical_of(resource: web.AbstractResource) -> str:
    """The path of `resource` as it was written; empty where that raises."""
    try:
        return str(resource.canonical)
    except Exception:  # noqa: BLE001 -- a class of the program's own
        return ""


def mounted_app(resource: web.AbstractResource) -> web.Application | None:
    """The application that a sub-application's resource mounts; None for other resources."""
    if type(resource) in _LEAVES or not isinstance(resource, PrefixedSubAppResource):
        return None
    app = info_of(resource).get("app")
    return app if isinstance(app, web.Application) else None


def app_tree(app: web.Application) -> Iterator[web.Application]:
    """`app` and all applications below it."""
    yield app
    for resource in resources_of(app):
        below = mounted_app(resource)
        if below is not None:
            yield from app_tree(below)


def resources_below(apps: tuple[web.Application, ...]) -> Iterator[Mounted]:
    """Every resource of the last of `apps` and below it; a mount stands for what it mounts."""
    for resource in resources_of(apps[-1]):
        below = mounted_app(resource)
        if below is None:
            yield Mounted(apps, resource)
        else:
            yield from resources_below((*apps, below))


def view_of(route: web.AbstractRoute) -> type[web.View] | None:
    """The view class that handles the route; None for a function or another callable."""
    handler: object = route.handler
    return handler if isinstance(handler, type) and issubclass(handler, web.View) else None


def handled_methods(view: type[object]) -> frozenset[str]:
    """The HTTP methods that a view defines, in upper case; ``*`` if it dispatches by itself.

    Only the names of ``hdrs.METH_ALL`` count: any other attribute of the class is no method,
    although ``getattr`` finds it.
    """
    if any(getattr(view, name, None) is not getattr(web.View, name) for name in _DISPATCHING):
        return ANY_METHOD
    return defined_methods(view)


def defined_methods(view: type[object]) -> frozenset[str]:
    """The HTTP methods for which a view has a method, whether or not it dispatches by itself."""
    return frozenset(name for name in hdrs.METH_ALL if hasattr(view, name.lower()))


def routed_methods(routes: Iterable[web.AbstractRoute]) -> frozenset[str]:
    """The methods that `routes` serve and a browser can send, with ``*`` for any other.

    A view on a ``*`` route serves the methods that it defines.
    """
    methods: set[str] = set()
    for route in routes:
        view = view_of(route) if route.method == hdrs.METH_ANY else None
        methods |= {route.method} if view is None else handled_methods(view)
    return frozenset(methods) - FORBIDDEN_METHODS


def _dispatcher(router: object) -> web.UrlDispatcher | None:
    """The router, if it lists its resources: an `AbstractRouter` need not."""
    # The comparison first: `isinstance` goes through `ABCMeta`, which takes six times as long.
    return (
        router
        if type(router) is web.UrlDispatcher or isinstance(router, web.UrlDispatcher)
        else None
    )


def _is_mapping(info: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(info, dict)
