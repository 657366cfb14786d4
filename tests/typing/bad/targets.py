# What a policy cannot be bound to, and what cannot be bound.

from aiohttp import web

from aiohttp_cors import AnyOriginRule, BoundPolicy, Cors, CredentialedRule, OriginRule


async def handler(request: web.Request) -> web.Response:
    return web.Response()


class Account(web.View):
    async def get(self) -> web.Response:
        return web.Response()


def without_an_origin(app: web.Application, users: web.Resource) -> None:
    Cors.for_app(app).on(users)  # E
    Cors.for_app(app).on  # E
    Cors.for_app(app).everywhere  # E
    Cors.for_app(app).everywhere()  # E
    Cors.for_app(app).max_age(60).on(users)  # E
    Cors.for_app(app).allow_methods("GET").on(users)  # E
    Cors.for_app(app).origin("https://a.example").on(users).on(users)  # E
    Cors.for_app(app).any_origin().on(users).everywhere()  # E
    Cors.for_app(app).policy  # E


def a_path(rule: OriginRule, credentialed: CredentialedRule, public: AnyOriginRule, ready: BoundPolicy) -> None:
    rule.on("/users")  # E
    credentialed.on("/users")  # E
    public.on("/users")  # E
    ready.on("/users")  # E
    rule.everywhere(excluding=["/users"])  # E
    rule.everywhere(excluding="/users")  # E


def a_path_beside_a_resource(rule: OriginRule, users: web.Resource) -> None:
    rule.on(users, "/users")  # E
    rule.on("/users", users)  # E


def a_handler(rule: OriginRule, public: AnyOriginRule) -> None:
    rule.on(handler)  # E
    rule.on(Account)  # E
    rule.on(lambda request: web.Response())  # E
    public.everywhere(excluding=[handler])  # E


def what_holds_targets(rule: OriginRule, app: web.Application, names: list[str]) -> None:
    rule.on(app)  # E
    rule.on(app.router)  # E
    rule.on([app.router["users"]])  # E
    rule.on(app.router.resources())  # E
    rule.on(app.add_routes([web.get("/", handler)]))  # E
    rule.on(web.get("/", handler))  # E
    rule.on(*names)  # E
    rule.on(None)  # E
    rule.everywhere(app)  # E


def no_target(rule: OriginRule, credentialed: CredentialedRule, public: AnyOriginRule, ready: BoundPolicy) -> None:
    rule.on()  # E
    credentialed.on()  # E
    public.on()  # E
    ready.on()  # E


def by_keyword(rule: OriginRule, users: web.Resource) -> None:
    rule.on(target=users)  # E


def another_application(request: web.Request) -> None:
    Cors.for_app()  # E
    Cors.for_app(request)  # E
    Cors.for_app("app")  # E
    Cors.for_app(None)  # E


def what_binding_gives(rule: OriginRule, users: web.Resource) -> OriginRule:
    return rule.on(users)  # E
