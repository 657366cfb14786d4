"""The example of the fluent API in an application factory, as one chain and step by step."""

from datetime import timedelta

from aiohttp import web
from typing_extensions import assert_type

from aiohttp_cors import (
    AnyOriginRule,
    Cors,
    CredentialedRule,
    OriginRule,
    Policy,
    answer_preflights,
)


async def list_users(request: web.Request) -> web.Response:
    return web.Response(text="Ada")


async def create_user(request: web.Request) -> web.Response:
    return web.Response(status=201)


async def ping(request: web.Request) -> web.Response:
    return web.Response(text="pong")


def create_app() -> web.Application:
    app = web.Application()
    users = app.router.add_resource("/users")
    users.add_route("GET", list_users)
    users.add_route("POST", create_user)
    health = app.router.add_get("/health", ping)

    (
        Cors.for_app(app)
        .origin("https://app.example.com", "https://*.preview.example.com")
        .allow_credentials()
        .expose("X-Request-ID")
        .allow_headers("Content-Type", "X-CSRF-Token")
        .max_age(timedelta(hours=1))
        .origin("https://partner.example")
        .allow_methods("GET")
        .on(users)
        .any_origin()
        .on(health)
    )
    return app


async def create_app_later() -> web.Application:
    app = web.Application()
    Cors.for_app(app).any_origin().everywhere()
    return app


def step_by_step(app: web.Application, users: web.Resource, health: web.ResourceRoute) -> None:
    cors = assert_type(Cors.for_app(app), Cors)
    first = assert_type(cors.origin("https://app.example.com", "https://*.example.com"), OriginRule)
    second = assert_type(first.allow_credentials(), CredentialedRule)
    third = assert_type(second.expose("X-Request-ID"), CredentialedRule)
    fourth = assert_type(third.allow_headers("Content-Type", "X-CSRF-Token"), CredentialedRule)
    fifth = assert_type(fourth.max_age(timedelta(hours=1)), CredentialedRule)
    sixth = assert_type(fifth.origin("https://partner.example"), OriginRule)
    seventh = assert_type(sixth.allow_methods("GET"), OriginRule)
    eighth = assert_type(seventh.on(users), Cors)
    ninth = assert_type(eighth.any_origin(), AnyOriginRule)
    assert_type(ninth.on(health), Cors)


def every_step_of_an_origin_rule(rule: OriginRule) -> None:
    assert_type(rule.expose("X-Request-ID", "X-Total-Count"), OriginRule)
    assert_type(rule.expose_all(), OriginRule)
    assert_type(rule.allow_headers("X-CSRF-Token"), OriginRule)
    assert_type(rule.allow_any_header(), OriginRule)
    assert_type(rule.allow_methods("GET", "PATCH"), OriginRule)
    assert_type(rule.allow_any_method(), OriginRule)
    assert_type(rule.max_age(600), OriginRule)
    assert_type(rule.max_age(timedelta(minutes=10)), OriginRule)
    assert_type(rule.allow_credentials(dangerously_over_http=True), CredentialedRule)
    assert_type(rule.origin("https://b.example"), OriginRule)
    assert_type(rule.origin("*"), AnyOriginRule)
    assert_type(rule.any_origin(), AnyOriginRule)
    assert_type(rule.policy, Policy)


def every_step_of_a_credentialed_rule(rule: CredentialedRule) -> None:
    assert_type(rule.expose("X-Request-ID"), CredentialedRule)
    assert_type(rule.expose_all(), CredentialedRule)
    assert_type(rule.allow_headers("X-CSRF-Token"), CredentialedRule)
    assert_type(rule.allow_any_header(), CredentialedRule)
    assert_type(rule.allow_methods("GET", "PATCH"), CredentialedRule)
    assert_type(rule.allow_any_method(), CredentialedRule)
    assert_type(rule.max_age(0), CredentialedRule)
    # A new clause begins without credentials, and may allow them.
    assert_type(rule.origin("https://b.example"), OriginRule)
    assert_type(rule.origin("https://b.example").allow_credentials(), CredentialedRule)
    assert_type(rule.any_origin(), AnyOriginRule)
    assert_type(rule.policy, Policy)


def every_step_of_an_any_origin_rule(rule: AnyOriginRule) -> None:
    assert_type(rule.expose("X-Request-ID"), AnyOriginRule)
    assert_type(rule.expose_all(), AnyOriginRule)
    assert_type(rule.allow_headers("X-CSRF-Token"), AnyOriginRule)
    assert_type(rule.allow_any_header(), AnyOriginRule)
    assert_type(rule.allow_methods("GET", "PATCH"), AnyOriginRule)
    assert_type(rule.allow_any_method(), AnyOriginRule)
    assert_type(rule.max_age(86400), AnyOriginRule)
    assert_type(rule.origin("https://b.example"), OriginRule)
    assert_type(rule.origin("https://b.example").allow_credentials(), CredentialedRule)
    assert_type(rule.policy, Policy)


def both_spellings_of_any_origin(app: web.Application) -> None:
    assert_type(Cors.for_app(app).any_origin(), AnyOriginRule)
    assert_type(Cors.for_app(app).origin("*"), AnyOriginRule)


def a_place_among_the_middlewares() -> web.Application:
    app = web.Application(middlewares=[answer_preflights])
    app.middlewares.append(answer_preflights)
    return app
