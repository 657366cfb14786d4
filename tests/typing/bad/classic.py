# Wrong types in the classic API.

from aiohttp import web

from aiohttp_cors import APP_CONFIG_KEY, CorsConfig, CorsViewMixin, ResourceOptions, custom_cors, setup


async def handler(request: web.Request) -> web.Response:
    return web.Response()


def not_an_application(request: web.Request) -> None:
    setup()  # E
    setup(request)  # E
    setup(None)  # E
    CorsConfig("app")  # E
    CorsConfig()  # E


def not_a_configuration(app: web.Application) -> None:
    setup(app, {"*": ResourceOptions()})  # E
    setup(app, defaults="*")  # E
    setup(app, defaults=["https://a.example"])  # E
    setup(app, defaults=ResourceOptions())  # E
    setup(app, defaults={"*": None})  # E
    setup(app, defaults={"*": "*"})  # E
    setup(app, defaults={"*": True})  # E
    setup(app, defaults={1: ResourceOptions()})  # E
    setup(app, default={"*": ResourceOptions()})  # E
    CorsConfig(app, defaults=["*"])  # E
    CorsConfig(app, {"*": ResourceOptions()})  # E


def not_addable(cors: CorsConfig, app: web.Application) -> None:
    cors.add()  # E
    cors.add("/hello")  # E
    cors.add(handler)  # E
    cors.add(app)  # E
    cors.add(app.router)  # E
    cors.add(None)  # E
    cors.add(app.router.routes())  # E
    cors.add([app.router["hello"]])  # E
    cors.add(web.get("/hello", handler))  # E


def added_with_another_type(cors: CorsConfig, route: web.ResourceRoute) -> None:
    cors.add(route, ResourceOptions())  # E
    cors.add(route, "*")  # E
    cors.add(route, ["https://a.example"])  # E
    cors.add(route, {"*"})  # E
    cors.add(route, {"*": "*"})  # E
    cors.add(route, {"https://a.example": ["X-A"]})  # E
    cors.add(route, {1: ResourceOptions()})  # E
    cors.add(route, {"*": ResourceOptions(allow_headers="X-A")})  # E
    cors.add(route, options={"*": ResourceOptions()})  # E
    cors.add(route, webview="yes")  # E
    cors.add(route).add_route("GET", handler)  # E


def what_comes_back(cors: CorsConfig, resource: web.Resource) -> web.ResourceRoute:
    return cors.add(resource)  # E


def assigned(cors: CorsConfig, options: ResourceOptions) -> None:
    cors.defaults = options  # E
    cors.defaults = "*"  # E
    cors.defaults = {"*": 1}  # E
    cors.defaults["*"] = options  # E
    cors.default = {}  # E
    cors.origins()  # E
    del cors.defaults["*"]  # E


def kept(app: web.Application, options: ResourceOptions) -> None:
    app[APP_CONFIG_KEY] = options  # E
    app[APP_CONFIG_KEY].add("/hello")  # E


def custom(cors: CorsConfig) -> None:
    custom_cors()  # E
    custom_cors("*")  # E
    custom_cors({"*": "*"})  # E
    custom_cors(ResourceOptions())  # E
    custom_cors(cors)  # E


class Configured(CorsViewMixin, web.View):
    @custom_cors("https://a.example")  # E
    async def get(self) -> web.Response:
        return web.Response()

    @custom_cors({"*": ResourceOptions()})
    async def post(self) -> web.Response:
        return web.Response()


async def called(view: Configured, request: web.Request) -> None:
    await view.put()  # E
    view.get_request_config(request)  # E
    view.get_request_config("GET", request)  # E


class MyConfig(CorsConfig):  # E
    pass
