"""Builds the program of a description with whichever ``aiohttp_cors`` is importable.

Knows the public classic API and aiohttp, no more: what works here works in a user's program with
either library. What a handler answers names the route, so that a wrong route is seen.
"""

import pathlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final, TypeAlias

from aiohttp import web
from aiohttp.typedefs import Middleware
from multidict import CIMultiDict

from aiohttp_cors import CorsConfig, CorsViewMixin, ResourceOptions, custom_cors, setup
from tests.comparison import description as d

_KEPT_WORDS: Final = (
    "already has OPTIONS handler",
    "already has a '*' handler",
    "CORS is already configured for",
    "CORS already configured on resource",
    "Resource or ResourceRoute expected",
    "Unexpected keywords in resource options",
    "aiohttp-cors is not configured.",
    "web view should be derived from",
)

_RAISED: Final[Mapping[int, Callable[[], web.HTTPException]]] = {
    302: lambda: web.HTTPFound("/elsewhere"),
    304: web.HTTPNotModified,
    401: web.HTTPUnauthorized,
    404: web.HTTPNotFound,
    409: web.HTTPConflict,
    503: web.HTTPServiceUnavailable,
}

_Handling: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Building:
    """A program that is being built: the steps done so far and the objects they made."""

    def __init__(self, program: d.Program, files: pathlib.Path) -> None:
        self.apps: dict[d.AppName, web.Application] = {
            "root": web.Application(middlewares=[*map(_middleware, program.root_middlewares)]),
            "sub": web.Application(middlewares=[*map(_middleware, program.sub_middlewares)]),
        }
        self.resources: dict[str, web.AbstractResource] = {}
        self._files = files
        self._cors: dict[str, CorsConfig] = {}
        self._mounted: web.AbstractResource | None = None

    def take(self, step: d.Step) -> d.Done:
        """Does one step; what it raises is reported by its kept words or its class."""
        added: list[d.Target] = []
        try:
            self._do(step, added)
        except ValueError as error:
            words = [words for words in _KEPT_WORDS if words in str(error)]
            return d.Done(error=words[0] if words else "ValueError", added=tuple(added))
        except (RuntimeError, LookupError) as error:
            return d.Done(error=type(error).__name__, added=tuple(added))
        return d.Done(added=tuple(added))

    def name_of(self, resource: web.AbstractResource | None) -> str | None:
        """The name by which the description calls this resource."""
        names = (name for name, known in self.resources.items() if known is resource)
        return next(names, None)

    def _do(self, step: d.Step, added: list[d.Target]) -> None:
        if isinstance(step, d.AddResource):
            router = self.apps[step.app].router
            self.resources[step.name] = (
                router.add_static(step.path, self._files)
                if step.static
                else router.add_resource(step.path)
            )
        elif isinstance(step, d.AddRoute):
            resource = self.resources[step.resource]
            if not isinstance(resource, web.Resource):
                raise LookupError(step.resource)
            label = f"{step.resource} {step.method}"
            resource.add_route(step.method, _handler(step.handler, label))
        elif isinstance(step, d.Setup):
            defaults = _mapping(step.defaults)
            build = CorsConfig if step.by_class else setup
            self._cors[step.name] = build(self.apps[step.app], defaults=defaults)
        elif isinstance(step, d.Add):
            self._add(step, added)
        elif isinstance(step, d.AddEvery):
            routes = self.apps[step.app].router.routes()
            for route in list(routes) if step.listed else routes:
                self._cors[step.cors].add(route)
                name = self.name_of(route.resource)
                if name is not None:
                    added.append(d.Target(resource=name, method=route.method))
        elif isinstance(step, d.AddWrong):
            # What the types forbid is what is asked for here.
            wrong: Any = {"a string": "/path", "None": None}.get(step.what, self._mounted)
            self._cors[step.cors].add(wrong)
        elif isinstance(step, d.Assign):
            self._assign(step)
        elif isinstance(step, d.Mount):
            self._mounted = self.apps["root"].add_subapp(step.prefix, self.apps["sub"])

    def _add(self, step: d.Add, added: list[d.Target]) -> None:
        resource = self.resources[step.resource]
        entity: web.AbstractResource | web.AbstractRoute = resource
        if step.method is not None:
            entity = {route.method: route for route in resource}[step.method]
        config = _mapping(step.config)
        given = self._cors[step.cors].add(entity, config, webview=step.webview)
        if given is not entity:
            raise RuntimeError("add returned something else")
        added.append(d.Target(resource=step.resource, method=step.method))

    def _assign(self, step: d.Assign) -> None:
        cors = self._cors[step.cors]
        if not step.in_place:
            cors.defaults = _mapping(step.defaults) or {}
        elif isinstance(cors.defaults, MutableMapping):
            cors.defaults.clear()
            cors.defaults.update({origin: _options(given) for origin, given in step.defaults})


def _mapping(
    config: d.Config | None,
) -> dict[str, ResourceOptions | Mapping[str, object]] | None:
    if config is None:
        return None
    return {
        origin: _plain_mapping(options) if options.as_mapping else _options(options)
        for origin, options in config
    }


def _options(options: d.Options) -> ResourceOptions:
    return ResourceOptions(
        allow_credentials=options.allow_credentials,
        expose_headers=options.expose_headers,
        allow_headers=options.allow_headers,
        max_age=options.max_age,
        allow_methods=options.allow_methods,
    )


def _plain_mapping(options: d.Options) -> dict[str, object]:
    """The options without `allow_methods`, which 0.8.1 knows only in `ResourceOptions`."""
    names = ("allow_credentials", "expose_headers", "allow_headers", "max_age")
    given: dict[str, object] = {name: getattr(options, name) for name in names}
    wrong: dict[d.Flaw, tuple[str, object]] = {
        "keyword": ("allow_origin", True),
        "age": ("max_age", -1),
        "string": ("allow_headers", "X-A"),
        "credentials": ("allow_credentials", "yes"),
    }
    if options.flaw is not None:
        name, value = wrong[options.flaw]
        given[name] = value
    return given


def _handler(handler: d.Handler | d.View, label: str) -> _Handling | type[web.View]:
    if isinstance(handler, d.View):
        return _view(handler, label)

    async def handle(request: web.Request) -> web.StreamResponse:
        return await _answer(handler, label, request)

    return handle


def _view(view: d.View, label: str) -> type[web.View]:
    class After(web.View, CorsViewMixin):
        pass

    class Before(CorsViewMixin, web.View):
        pass

    class Absent(web.View):
        pass

    classes: dict[str, type[web.View]] = {"after": After, "before": Before, "absent": Absent}
    cls = classes[view.mixin]
    # Attributes that the description names: there is no other way to write a class from data.
    if view.config is not None:
        setattr(cls, "cors_config", _mapping(view.config))  # noqa: B010
    if view.answer is not None:
        answer = _mapping(view.answer)

        def get_request_config(_cls: object, _request: object, _method: str) -> object:
            return answer

        setattr(cls, "get_request_config", classmethod(get_request_config))  # noqa: B010
    for method in view.methods:
        setattr(cls, method.name, _method(method, f"{label} {method.name}"))
    return cls


def _method(
    method: d.ViewMethod, label: str
) -> Callable[[web.View], Awaitable[web.StreamResponse]]:
    async def serve(view: web.View) -> web.StreamResponse:
        return await _answer(method.handler, label, view.request)

    serve.__name__ = method.name
    config = _mapping(method.config)
    return serve if config is None else custom_cors(config)(serve)


async def _answer(handler: d.Handler, label: str, request: web.Request) -> web.StreamResponse:
    headers = CIMultiDict(handler.headers)
    if handler.does == "answer":
        return web.Response(status=handler.status, text=label, headers=headers)
    if handler.does == "stream":
        stream = web.StreamResponse(status=handler.status, headers=headers)
        await stream.prepare(request)
        await stream.write(label.encode())
        return stream
    if handler.does == "upgrade":
        socket = web.WebSocketResponse()
        socket.headers.extend(headers)
        await socket.prepare(request)
        await socket.close()
        return socket
    if handler.does == "raise":
        error = _RAISED[handler.status]()
    elif handler.does == "refuse the method":
        error = web.HTTPMethodNotAllowed(request.method, ["GET"])
    else:
        raise ArithmeticError(label)
    error.headers.extend(headers)
    raise error


def _middleware(kind: d.Middleware) -> Middleware:
    @web.middleware
    async def middleware(request: web.Request, handler: _Handling) -> web.StreamResponse:
        if kind == "raise 401" and "Authorization" not in request.headers:
            raise web.HTTPUnauthorized(headers={"X-Middleware": kind})
        if kind == "return 401" and "Authorization" not in request.headers:
            return web.Response(status=401, text=kind, headers={"X-Middleware": kind})
        response = await handler(request)
        if kind == "add a header" and not response.prepared:
            response.headers["X-Middleware"] = kind
        if kind == "add CORS headers" and not response.prepared:
            response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return middleware
