"""A deliberately bad program: each line that a finding is about ends in the ids that are found there.

`tests.unit.test_findings_program` compares. Nothing here is an example of anything.
"""

import warnings
from functools import partial

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from typing_extensions import override

import aiohttp_cors
from aiohttp_cors import Cors, CorsViewMixin, LiveOrigins, ResourceOptions, answer_preflights

A = "https://a.example"
PLAIN = ResourceOptions()
WITHOUT_CREDENTIALS = {"OPTIONS"}
HEADERS = {"Access-Control-Allow-Origin": "*"}
OVER_HTTP = LiveOrigins(["http://b.example"], dangerously_over_http=True)
TENANTS = LiveOrigins([A, "https://*.herokuapp.com"])


async def hello(request: web.Request) -> web.Response:
    return web.Response(text="hello")


async def reads(request: web.Request) -> web.Response:
    """Looks at what is there, and writes nothing."""
    allowed = hdrs.ACCESS_CONTROL_ALLOW_ORIGIN in request.headers
    return web.Response(text=f"{allowed} {request.headers.get('Access-Control-Allow-Origin')}")


# What writes headers beside the policies


async def by_a_table(request: web.Request) -> web.Response:  # second-layer
    return web.Response(headers=HEADERS)


async def by_a_helper(request: web.Request) -> web.Response:
    response = web.Response()
    finish(response)
    return response


def finish(response: web.Response) -> None:  # second-layer
    response.headers.setdefault(hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true")


class ByItsMethods(web.View):
    async def get(self) -> web.Response:
        response = web.Response()
        self.finish(response)
        return response

    def finish(self, response: web.Response) -> None:  # second-layer
        response.headers["Access-Control-Expose-Headers"] = "X-A"


class Service:
    async def get(self, request: web.Request) -> web.Response:
        return self.answer()

    def answer(self) -> web.Response:  # second-layer
        return web.Response(headers=[("access-control-allow-origin", "*")])


@web.middleware  # second-layer
async def allow_all(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


async def before_ours(request: web.Request, response: web.StreamResponse) -> None:  # second-layer
    response.headers.add("Access-Control-Allow-Origin", "*")


async def after_ours(  # overwritten-headers
    request: web.Request, response: web.StreamResponse
) -> None:
    response.headers.update({"Access-Control-Allow-Origin": "*"})


async def after_ours_below(  # overwritten-headers
    request: web.Request, response: web.StreamResponse
) -> None:
    response.headers.add("Access-Control-Max-Age", "5")


# What stands before the answers to preflights


@web.middleware  # middleware-before-preflights
async def authenticate(request: web.Request, handler: Handler) -> web.StreamResponse:
    if hdrs.AUTHORIZATION not in request.headers:
        raise web.HTTPUnauthorized
    return await handler(request)


@web.middleware
async def authenticate_but_preflights(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.method not in WITHOUT_CREDENTIALS and hdrs.AUTHORIZATION not in request.headers:
        raise web.HTTPUnauthorized
    return await handler(request)


@web.middleware
async def ban(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.remote == "192.0.2.1":
        raise web.HTTPForbidden
    return await handler(request)


# WebSockets


async def listens_to_anybody(request: web.Request) -> web.WebSocketResponse:  # unchecked-websocket
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    return socket


async def listens_to_us(request: web.Request) -> web.WebSocketResponse:
    if request.headers.get("Origin") != A:
        raise web.HTTPForbidden
    return await listens_to_anybody(request)


class Own(web.View, CorsViewMixin):
    cors_config = {"null": PLAIN}  # noqa: RUF012

    async def get(self) -> web.Response:  # null-origin
        return web.Response()


class Asked(web.View, CorsViewMixin):
    async def get(self) -> web.Response:
        return web.Response()

    @classmethod
    @override
    def get_request_config(
        cls, request: web.Request, request_method: str
    ) -> dict[str, ResourceOptions]:
        return {A: PLAIN}


def by_hand(app: web.Application) -> None:
    """The classic API."""
    cors = aiohttp_cors.setup(app, defaults={"https://b.example/": PLAIN})  # unsendable-origin
    own = app.router.add_resource("/own")
    cors.add(own.add_route("*", Own))
    cors.add(app.router.add_resource("/asked").add_route("*", Asked))
    notes = app.router.add_resource("/notes")
    get, put = notes.add_route("GET", hello), notes.add_route("PUT", hello)
    notes.add_route("DELETE", hello)
    cors.add(get, {A: ResourceOptions(allow_methods=["DELETE"])})  # opened-route
    cors.add(put, {A: ResourceOptions(allow_headers=["X-B"])})  # remembered-preflight
    add = partial(cors.add, app.router.add_get("/everybody", hello))
    add({"*": ResourceOptions(allow_credentials=True)})  # any-origin-with-credentials
    old = app.router.add_get("/old", hello)
    over_http = {"http://b.example": ResourceOptions(allow_credentials=True)}
    cors.add(old, over_http)  # credentials-over-http
    cors.add(app.router.add_get("/file", hello), {"file://": PLAIN})  # file-origin
    listed = ResourceOptions(allow_headers=["*"], expose_headers=["Set-Cookie"], max_age=100_000)
    names = app.router.add_get("/names", hello)
    cors.add(names, {A: listed})  # star-in-list, needless-header, long-max-age


def fluently(app: web.Application) -> None:
    """The fluent API."""
    cors = Cors.for_app(app)
    cors.origin(A)  # unbound-rule
    cors.origin(A).on(web.Application().router.add_get("/elsewhere", hello))  # unreachable-target
    split = app.router.add_get("/split", hello, name="split").resource
    app.router.add_post("/split", hello)
    assert split is not None
    cors.origin(A).on(split)  # split-path
    part = app.router.add_resource("/part")
    part.add_route("POST", hello)
    cors.origin(A).on(part.add_route("GET", hello))  # uncovered-route
    apart = app.router.add_resource("/apart")
    cors.origin(A).on(apart.add_route("GET", hello))
    cors.origin(A).max_age(5).on(apart)  # shadowed-binding
    app.router.add_get("/twice", reads, name="first")
    cors.origin(A).on(app.router.add_get("/twice", hello, name="second"))  # shadowed-binding
    (
        cors.origin("http://b.example", "http://localhost:*")  # credentials-over-http
        .allow_credentials(dangerously_over_http=True)
        .origin(OVER_HTTP)  # credentials-over-http, unfed-live-origins
        .allow_credentials(dangerously_over_http=True)
        .origin("https://*.co.uk")  # pattern-over-public-suffix, unserved-method
        .allow_methods("GET", "PUT")
        .on(app.router.add_get("/far", hello))
    )
    tenants = app.router.add_get("/tenants", hello)
    cors.origin(TENANTS).on(tenants)  # pattern-over-public-suffix, unfed-live-origins
    tried = app.router.add_post("/tried", hello)
    cors.origin(A).enforce_on(tried, report_only=True)  # reported-only
    handlers: list[Handler | type[web.View]] = [by_a_table, by_a_helper, ByItsMethods]
    handlers += [Service().get, reads]
    for number, handler in enumerate(handlers):
        cors.any_origin().on(app.router.add_get(f"/by/{number}", handler))


def mounted(app: web.Application) -> None:
    """Applications below this one."""
    below = web.Application(middlewares=[allow_all])
    below.on_response_prepare.append(after_ours_below)
    route = below.router.add_get("/items", hello)
    Cors.for_app(below).origin(A).max_age(6).everywhere()  # shadowed-binding
    Cors.for_app(app).origin(A).on(app.add_subapp("/below", below))
    assert route.resource is not None


def create_app() -> web.Application:
    app = web.Application(
        middlewares=[authenticate_but_preflights, ban, authenticate, answer_preflights, allow_all]
    )
    app.on_response_prepare.append(before_ours)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        by_hand(app)
    app.on_response_prepare.append(after_ours)
    fluently(app)
    mounted(app)
    app.router.add_get("/anybody", listens_to_anybody)
    app.router.add_get("/us", listens_to_us)
    return app
