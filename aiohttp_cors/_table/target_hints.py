"""What to pass to ``.on`` instead of what was passed: hints computed from the router.

Owns: the problem with a value that is no target, and how the target that was meant is got.
Leaves to: whoever binds a policy which values are targets, and which of them contradict.
"""

from typing import Final

from aiohttp import web
from aiohttp.abc import AbstractView
from aiohttp.web_urldispatcher import PrefixedSubAppResource

from aiohttp_cors._values.errors import Problem, shown
from aiohttp_cors._values.hints import members_of, unpacked

EVERYWHERE: Final = ".everywhere"
"""The step that needs no target."""

_TARGET: Final = "a policy is bound to a resource or a route of the router"
_PATH: Final = f"{_TARGET}, and to no path, which several of them may match"
_HANDLER: Final = f"{_TARGET}, and to no handler, which several of them may serve"
_APPLICATION: Final = f"{_TARGET}, and of another application to what mounts it"
_DEFINITION: Final = f"{_TARGET}, and a definition makes one when it is added"
_ONE_BY_ONE: Final = f"{_TARGET}, given one by one"


def is_target(value: object) -> bool:
    """Whether a policy can be bound to `value`; a route belongs to a resource."""
    resource = value.resource if isinstance(value, web.AbstractRoute) else value
    return isinstance(resource, web.AbstractResource)


def no_target(field: str, given: object, app: web.Application | None = None) -> Problem:
    """The problem with what is no target.

    With `app`, the application that is configured, its router is asked for what was meant: a
    resource that has a name is spelled ``app.router["name"]``.

    Precondition: not `is_target(given)`.
    """
    because, hint = _meant(given, app)
    return Problem(field, shown(given), "invalid", because, hint)


def _meant(given: object, app: web.Application | None) -> tuple[str, str]:
    """The rule that `given` breaks, and the hint."""
    if isinstance(given, str):
        return _PATH, _of_text(given, app)
    if isinstance(given, web.Application):
        return _APPLICATION, EVERYWHERE if given is app else _of_application(given, app)
    if isinstance(given, web.UrlDispatcher):
        return _ONE_BY_ONE, EVERYWHERE
    if isinstance(given, web.RouteTableDef):
        return _DEFINITION, "*app.add_routes(…), which returns the routes"
    if isinstance(given, web.AbstractRouteDef):
        return _DEFINITION, f"*app.add_routes([{_definition(given)}]), which returns the routes"
    if _is_view(given):
        return _HANDLER, _of_handler(given, "add_view", app)
    if callable(given):
        return _HANDLER, _of_handler(given, "add_get", app)
    members = members_of(given)
    if members:
        return _ONE_BY_ONE, unpacked(given, is_target)
    return _TARGET, ""


def _is_view(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, AbstractView)


def _of_text(text: str, app: web.Application | None) -> str:
    """How the resource is got that a path or a name means."""
    if app is None:
        known = "" if "/" in text or not text else text
    else:
        names = [
            name
            for name, resource in app.router.named_resources().items()
            if text in (name, resource.canonical)
        ]
        known = names[0] if len(names) == 1 else ""
    return _by_name(known) if known else f"{_by_name('name')}, or what add_get returned"


def _of_handler(handler: object, step: str, app: web.Application | None) -> str:
    """How the route is got that a function or a view serves."""
    routes = (
        [] if app is None else [each for each in app.router.routes() if each.handler is handler]
    )
    resources = {id(each.resource): each.resource for each in routes}
    path = "…"
    if len(resources) == 1 and (resource := routes[0].resource) is not None:
        if resource.name is not None:
            return _by_name(resource.name)
        path = f'"{resource.canonical}"'
    name = getattr(handler, "__name__", "handler")
    return f"what app.router.{step}({path}, {name}) returned"


def _of_application(sub: web.Application, app: web.Application | None) -> str:
    """How the resource is got that mounts an application."""
    for resource in () if app is None else app.router.resources():
        if isinstance(resource, PrefixedSubAppResource) and resource.get_info().get("app") is sub:
            return f'what app.add_subapp("{resource.canonical}", …) returned'
    return "what add_subapp returned"


def _definition(definition: web.AbstractRouteDef) -> str:
    if isinstance(definition, web.RouteDef):
        name = getattr(definition.handler, "__name__", "…")
        return f'web.route("{definition.method}", "{definition.path}", {name})'
    return "…"


def _by_name(name: str) -> str:
    return f'app.router["{name}"]'
