"""The programs of the truth table that take more than a line: each shows one way to be covered.

Knows both APIs and aiohttp's routing. What a page gets of them is said in the table.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler as NextHandler

from aiohttp_cors import (
    Cors,
    CorsViewMixin,
    CredentialedRule,
    ResourceOptions,
    custom_cors,
    setup,
)
from aiohttp_cors.cors_config import Config
from tests.truth_table.words import STRANGER, Handler, Program, World, hello

FILES: Final = Path(__file__).parent / "files"
"""A folder with ``hello.txt``."""

_NO_OPTIONS: Final = ResourceOptions()

Location: TypeAlias = Callable[[World], str]


def answer_with(*, status: int = 200, **headers: str) -> Handler:
    """A handler that answers with these headers: ``X_A`` stands for ``X-A``."""

    async def answer(request: web.Request) -> web.Response:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text="hello", headers=names)

    return answer


def raising(error: Callable[[], Exception]) -> Handler:
    """A handler that raises."""

    async def fail(request: web.Request) -> web.Response:
        raise error()

    return fail


async def echo(request: web.Request) -> web.Response:
    """Answer with the method and the body."""
    return web.Response(text=f"{request.method} {await request.text()}")


async def stream(request: web.Request) -> web.StreamResponse:
    """Answer in two parts."""
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"hel")
    await response.write(b"lo")
    await response.write_eof()
    return response


def logging_in(world: World) -> web.Application:
    """``POST /session`` sets a cookie that goes to the same site only; ``/users`` is for all."""

    async def log_in(request: web.Request) -> web.Response:
        response = web.Response(text="welcome")
        response.set_cookie(world.cookie, "ada", httponly=True, samesite="Lax")
        return response

    app = web.Application()
    app.router.add_post("/session", log_in)
    users = app.router.add_resource("/users")
    for method in ("GET", "PUT"):
        users.add_route(method, hello)
    return app


def _log_in_fluently(world: World) -> web.Application:
    app = logging_in(world)
    rule = Cors.for_app(app).origin(world.page).allow_credentials().max_age(600)
    rule.on(*app.router.resources())
    return app


def _log_in_classically(world: World) -> web.Application:
    app = logging_in(world)
    cors = setup(app, defaults={world.page: ResourceOptions(allow_credentials=True)})
    for route in list(app.router.routes()):
        if route.method != hdrs.METH_HEAD:
            cors.add(route)
    return app


def _log_in_without_credentials(world: World) -> web.Application:
    app = logging_in(world)
    Cors.for_app(app).origin(world.page).on(*app.router.resources())
    return app


def _log_in_for_anybody(world: World) -> web.Application:
    app = logging_in(world)
    Cors.for_app(app).any_origin().on(*app.router.resources())
    return app


UNCOVERED_LOGIN: Final = Program("by hand", logging_in)
FLUENT_LOGIN: Final = Program("fluent", _log_in_fluently)
CLASSIC_LOGIN: Final = Program("classic", _log_in_classically)
LOGIN_WITHOUT_CREDENTIALS: Final = Program("fluent", _log_in_without_credentials)
LOGIN_FOR_ANYBODY: Final = Program("fluent", _log_in_for_anybody)


def redirecting(location: Location, status: int = 302, *, covered: bool = True) -> Program:
    """``/old`` redirects to `location`; ``/users`` is covered for the page, with credentials."""

    def build(world: World) -> web.Application:
        headers = {"Location": location(world)}

        async def redirect(request: web.Request) -> web.Response:
            return web.Response(status=status, headers=headers)

        app = web.Application()
        old = app.router.add_resource("/old")
        users = app.router.add_resource("/users")
        for method in ("GET", "POST", "PUT"):
            old.add_route(method, redirect)
            users.add_route(method, echo)
        rule = Cors.for_app(app).origin(world.page).allow_credentials().allow_any_header()
        rule.on(*([old, users] if covered else [users]))
        return app

    return Program("fluent", build)


def redirecting_classically(location: Location, status: int = 302) -> Program:
    """The same with the classic API, for every origin."""

    def build(world: World) -> web.Application:
        headers = {"Location": location(world)}

        async def redirect(request: web.Request) -> web.Response:
            return web.Response(status=status, headers=headers)

        app = web.Application()
        cors = setup(app, defaults={"*": ResourceOptions(allow_headers="*")})
        old = app.router.add_resource("/old")
        users = app.router.add_resource("/users")
        for method in ("GET", "PUT"):
            cors.add(old.add_route(method, redirect))
            cors.add(users.add_route(method, echo))
        return app

    return Program("classic", build)


def _split_path(world: World) -> web.Application:
    """One path on two resources, because another route was added between them."""
    app = web.Application()
    read = app.router.add_get("/users", hello)
    app.router.add_get("/health", hello)
    write = app.router.add_put("/users", hello)
    assert read.resource is not write.resource
    rule = Cors.for_app(app).origin(world.page)
    rule.on(read)
    rule.on(write)
    return app


def _half_covered_split_path(world: World) -> web.Application:
    app = web.Application()
    read = app.router.add_get("/users", hello)
    app.router.add_get("/health", hello)
    app.router.add_put("/users", hello)
    assert read.resource is not None
    Cors.for_app(app).origin(world.page).allow_methods("GET", "PUT").on(read.resource)
    return app


def _classic_split_path(world: World) -> web.Application:
    app = web.Application()
    cors = setup(app, defaults={world.page: _NO_OPTIONS})
    cors.add(app.router.add_get("/users", hello))
    app.router.add_get("/health", hello)
    cors.add(app.router.add_put("/users", hello))
    return app


def _half_covered_upload(world: World) -> web.Application:
    app = web.Application()
    read = app.router.add_get("/users", hello)
    app.router.add_get("/health", hello)
    app.router.add_post("/users", hello)
    assert read.resource is not None
    Cors.for_app(app).origin(world.page).max_age(600).on(read.resource)
    return app


SPLIT_PATH: Final = Program("fluent", _split_path)
HALF_COVERED_UPLOAD: Final = Program("fluent", _half_covered_upload)
HALF_COVERED_SPLIT_PATH: Final = Program("fluent", _half_covered_split_path)
CLASSIC_SPLIT_PATH: Final = Program("classic", _classic_split_path)


def _private_me(world: World) -> web.Application:
    """``DELETE /users/me`` is nobody's but the site's own; ``/users/{id}`` is the page's, too."""
    app = web.Application()
    app.router.add_delete("/users/me", hello)
    user = app.router.add_resource("/users/{id}")
    user.add_route("GET", hello)
    user.add_route("DELETE", hello)
    Cors.for_app(app).origin(world.page).on(user)
    return app


def _classic_private_me(world: World) -> web.Application:
    app = web.Application()
    cors = setup(app, defaults={world.page: _NO_OPTIONS})
    app.router.add_delete("/users/me", hello)
    user = app.router.add_resource("/users/{id}")
    for method in ("GET", "DELETE"):
        cors.add(user.add_route(method, hello))
    return app


PRIVATE_ME: Final = Program("fluent", _private_me)
CLASSIC_PRIVATE_ME: Final = Program("classic", _classic_private_me)


def _two_policies(world: World) -> web.Application:
    """On one path, ``PUT`` may carry ``X-A`` and ``DELETE`` may not."""
    app = web.Application()
    users = app.router.add_resource("/users")
    put, delete = users.add_route("PUT", hello), users.add_route("DELETE", hello)
    cors = Cors.for_app(app)
    cors.origin(world.page).allow_headers("X-A").max_age(600).on(put)
    cors.origin(world.page).max_age(600).on(delete)
    return app


def _two_policies_below_everywhere(world: World) -> web.Application:
    app = web.Application()
    users = app.router.add_resource("/users")
    put = users.add_route("PUT", hello)
    users.add_route("DELETE", hello)
    cors = Cors.for_app(app)
    cors.origin(world.page).allow_headers("X-A").max_age(600).on(put)
    cors.origin(world.page).max_age(600).everywhere()
    return app


TWO_POLICIES: Final = Program("fluent", _two_policies)
TWO_POLICIES_BELOW_EVERYWHERE: Final = Program("fluent", _two_policies_below_everywhere)


def token_for_put(cors: Cors, world: World) -> CredentialedRule:
    """``PUT`` may carry the token that keeps forged requests out, and no other method may come."""
    rule = cors.origin(world.page).allow_credentials().allow_headers("X-CSRF-Token")
    return rule.allow_methods("PUT").max_age(600)


def _token_on_a_split_path(world: World) -> web.Application:
    app = web.Application()
    put = app.router.add_put("/users", hello)
    app.router.add_get("/health", hello)
    post = app.router.add_post("/users", hello)
    assert put.resource is not None
    assert post.resource is not None
    assert put.resource is not post.resource
    token_for_put(Cors.for_app(app), world).on(put.resource, post.resource)
    return app


def _token_beside_what_nobody_covers(world: World) -> web.Application:
    app = web.Application()
    put = app.router.add_put("/users", hello)
    app.router.add_get("/health", hello)
    app.router.add_post("/users", hello)
    assert put.resource is not None
    token_for_put(Cors.for_app(app), world).on(put.resource)
    return app


def _token_everywhere(world: World) -> web.Application:
    """``POST /users/me`` is served by the resource that a pattern makes, behind ``PUT``'s."""
    app = web.Application()
    app.router.add_put("/users/me", hello)
    app.router.add_post("/users/{id}", hello)
    token_for_put(Cors.for_app(app), world).everywhere()
    return app


def _classic_token(max_age: int) -> Program:
    """``PUT`` may carry the token, and ``POST`` was not added."""

    def build(world: World) -> web.Application:
        app = web.Application()
        users = app.router.add_resource("/users")
        options = ResourceOptions(
            allow_credentials=True, allow_headers=["X-CSRF-Token"], max_age=max_age
        )
        setup(app).add(users.add_route("PUT", hello), {world.page: options})
        users.add_route("POST", hello)
        return app

    return Program("classic", build)


CLASSIC_TOKEN: Final = _classic_token(600)
CLASSIC_TOKEN_WITHOUT_MEMORY: Final = _classic_token(0)
TOKEN_ON_A_SPLIT_PATH: Final = Program("fluent", _token_on_a_split_path)
TOKEN_BESIDE_WHAT_NOBODY_COVERS: Final = Program("fluent", _token_beside_what_nobody_covers)
TOKEN_EVERYWHERE: Final = Program("fluent", _token_everywhere)


def _one_route(world: World) -> web.Application:
    app = web.Application()
    users = app.router.add_resource("/users")
    get = users.add_route("GET", hello)
    users.add_route("POST", hello)
    Cors.for_app(app).origin(world.page).on(get)
    return app


def _one_classic_route(world: World) -> web.Application:
    app = web.Application()
    users = app.router.add_resource("/users")
    cors = setup(app)
    cors.add(users.add_route("PUT", hello), {world.page: _NO_OPTIONS})
    users.add_route("DELETE", hello)
    users.add_route("GET", hello)
    return app


def _classic_resource(world: World) -> web.Application:
    app = web.Application()
    users = app.router.add_resource("/users")
    users.add_route("PUT", hello)
    users.add_route("DELETE", hello)
    setup(app).add(users, {world.page: ResourceOptions(allow_methods=["PUT"])})
    return app


def _route_of_a_resource(world: World) -> web.Application:
    """``PUT`` may carry ``X-A`` like the rest of ``/users``, but not ``DELETE``."""
    app = web.Application()
    users = app.router.add_resource("/users")
    users.add_route("PUT", hello)
    delete = users.add_route("DELETE", hello)
    cors = Cors.for_app(app)
    cors.origin(world.page).allow_headers("X-A").on(users)
    cors.origin(world.page).on(delete)
    return app


ONE_ROUTE: Final = Program("fluent", _one_route)
ONE_CLASSIC_ROUTE: Final = Program("classic", _one_classic_route)
CLASSIC_RESOURCE: Final = Program("classic", _classic_resource)
ROUTE_OF_A_RESOURCE: Final = Program("fluent", _route_of_a_resource)


def added_routes(
    *methods: str,
    options: Mapping[str, ResourceOptions] | None = None,
    resource: Mapping[str, ResourceOptions] | None = None,
    defaults: Mapping[str, ResourceOptions] | None = None,
    left_out: Sequence[str] = (),
) -> Program:
    """``/users`` of a classic program: `methods` are added one by one, `left_out` are only routed.

    ``PAGE`` among the keys is the page's origin. `options` are for the added route that comes first;
    `resource` are for the resource, which is added itself where they are not None.
    """

    def build(world: World) -> web.Application:
        def of(config: Mapping[str, ResourceOptions] | None) -> Config | None:
            if config is None:
                return None
            return {key.replace("PAGE", world.page): given for key, given in config.items()}

        app = web.Application()
        users = app.router.add_resource("/users")
        cors = setup(app, defaults=of(defaults))
        if resource is not None:
            cors.add(users, of(resource))
        for number, method in enumerate(methods):
            cors.add(users.add_route(method, hello), of(options) if number == 0 else None)
        for method in left_out:
            users.add_route(method, hello)
        return app

    return Program("classic", build)


def _head_beside_get(world: World) -> web.Application:
    """``add_get`` makes a route for ``HEAD`` as well, and only the one for ``GET`` is added."""
    app = web.Application()
    options = ResourceOptions(
        expose_headers=["X-Custom"], allow_headers=["X-A"], allow_methods=["HEAD"]
    )
    cors = setup(app, defaults={STRANGER: _NO_OPTIONS})
    cors.add(app.router.add_get("/users", hello, allow_head=True), {world.page: options})
    return app


HEAD_BESIDE_GET: Final = Program("classic", _head_beside_get)


def _plain_view(world: World) -> web.Application:
    # Made anew with each application: a remedy may give it another method.
    class View(web.View):
        async def get(self) -> web.StreamResponse:
            return await hello(self.request)

        async def put(self) -> web.StreamResponse:
            return await hello(self.request)

    app = web.Application()
    resource = app.router.add_view("/users", View).resource
    assert resource is not None
    Cors.for_app(app).origin(world.page).on(resource)
    return app


def _mixin_view(world: World) -> web.Application:
    """A view whose ``PUT`` may carry ``X-A``."""

    class View(web.View, CorsViewMixin):
        cors_config = {world.page: _NO_OPTIONS}  # noqa: RUF012 - as users write it

        async def get(self) -> web.StreamResponse:
            return await hello(self.request)

        @custom_cors({world.page: ResourceOptions(allow_headers=["X-A"])})
        async def put(self) -> web.StreamResponse:
            return await hello(self.request)

    app = web.Application()
    cors = setup(app)
    cors.add(app.router.add_view("/users", View))
    return app


PLAIN_VIEW: Final = Program("fluent", _plain_view)
MIXIN_VIEW: Final = Program("classic", _mixin_view)


def _static_files(world: World) -> web.Application:
    app = web.Application()
    Cors.for_app(app).origin(world.page).on(app.router.add_static("/files", FILES))
    return app


def _classic_static_files(world: World) -> web.Application:
    app = web.Application()
    cors = setup(app, defaults={world.page: _NO_OPTIONS})
    cors.add(app.router.add_static("/files", FILES))
    return app


STATIC_FILES: Final = Program("fluent", _static_files)
CLASSIC_STATIC_FILES: Final = Program("classic", _classic_static_files)


def _sub_application(world: World) -> web.Application:
    """All of ``/api`` is the page's, but for ``/api/private``, which has a policy of its own."""
    inner = web.Application()
    inner.router.add_get("/users", hello)
    inner.router.add_put("/users", hello)
    private = inner.router.add_get("/private", hello)
    Cors.for_app(inner).origin(STRANGER).on(private)
    app = web.Application()
    app.router.add_get("/users", hello)
    mounted = app.add_subapp("/api", inner)
    Cors.for_app(app).origin(world.page).on(mounted)
    return app


def _classic_sub_application(world: World) -> web.Application:
    inner = web.Application()
    cors = setup(inner, defaults={world.page: _NO_OPTIONS})
    cors.add(inner.router.add_put("/users", hello))
    app = web.Application()
    app.router.add_put("/users", hello)
    app.add_subapp("/api", inner)
    return app


SUB_APPLICATION: Final = Program("fluent", _sub_application)
CLASSIC_SUB_APPLICATION: Final = Program("classic", _classic_sub_application)


def _everywhere(world: World) -> web.Application:
    """Everything is the page's, but for ``/private``."""
    app = web.Application()
    app.router.add_get("/users", hello)
    app.router.add_put("/users", hello)
    private = app.router.add_resource("/private")
    private.add_route("GET", hello)
    Cors.for_app(app).origin(world.page).everywhere(excluding=[private])
    return app


EVERYWHERE: Final = Program("fluent", _everywhere)


def _admin_of_an_inner_everywhere(world: World) -> web.Application:
    """The outer application covers everything; the inner one had taken ``/admin`` out."""
    inner = web.Application()
    inner.router.add_get("/users", hello)
    inner.router.add_get("/admin", hello)
    admin = inner.router.add_resource("/admin")
    admin.add_route("PUT", hello)
    Cors.for_app(inner).origin(world.page).everywhere(excluding=[admin])
    app = web.Application()
    app.router.add_get("/users", hello)
    cors = Cors.for_app(app)
    app.add_subapp("/api", inner)
    cors.origin(world.page).allow_credentials().everywhere()
    return app


ADMIN_OF_AN_INNER_EVERYWHERE: Final = Program("fluent", _admin_of_an_inner_everywhere)


def _applications_in_a_mounted_one(world: World) -> web.Application:
    """The root binds ``/api``; in it ``/api/v1`` is mounted, which knows of no CORS."""
    app, inner, innermost = web.Application(), web.Application(), web.Application()
    innermost.router.add_get("/users", hello)
    inner.add_subapp("/v1", innermost)
    mounted = app.add_subapp("/api", inner)
    Cors.for_app(app).origin(world.page).on(mounted)
    return app


APPLICATIONS_IN_A_MOUNTED_ONE: Final = Program("fluent", _applications_in_a_mounted_one)


@web.middleware
async def _need_authorization(request: web.Request, handler: NextHandler) -> web.StreamResponse:
    if hdrs.AUTHORIZATION not in request.headers:
        raise web.HTTPUnauthorized(text="log in first")
    return await handler(request)


def _authenticated(world: World) -> web.Application:
    app = web.Application(middlewares=[_need_authorization])
    users = app.router.add_resource("/users")
    for method in ("GET", "PUT"):
        users.add_route(method, hello)
    Cors.for_app(app).origin(world.page).allow_headers("Authorization").on(users)
    return app


def _classic_authenticated(world: World) -> web.Application:
    app = web.Application(middlewares=[_need_authorization])
    options = ResourceOptions(allow_headers=["Authorization"])
    cors = setup(app, defaults={world.page: options})
    users = app.router.add_resource("/users")
    for method in ("GET", "PUT"):
        cors.add(users.add_route(method, hello))
    return app


AUTHENTICATED: Final = Program("fluent", _authenticated)
CLASSIC_AUTHENTICATED: Final = Program("classic", _classic_authenticated)
