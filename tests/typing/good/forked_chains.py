"""A prefix of a chain that is kept, continued twice, and handed to functions."""

from collections.abc import Callable, Iterable

from aiohttp import web
from typing_extensions import assert_type

from aiohttp_cors import (
    AnyOriginRule,
    BoundPolicy,
    Cors,
    CorsConfigError,
    CredentialedRule,
    OriginRule,
    Policy,
    Problem,
)


def continue_twice(app: web.Application, read: web.Resource, write: web.Resource) -> None:
    frontend = Cors.for_app(app).origin("https://app.example.com")
    reading = frontend.allow_methods("GET")
    writing = frontend.allow_credentials().allow_methods("GET", "PUT")
    assert_type(frontend, OriginRule)
    assert_type(reading, OriginRule)
    assert_type(writing, CredentialedRule)
    assert_type(reading.on(read), Cors)
    assert_type(writing.on(write), Cors)


def in_a_loop(app: web.Application, resources: Iterable[web.AbstractResource]) -> None:
    rule = Cors.for_app(app).origin("https://app.example.com").allow_credentials()
    for resource in resources:
        rule.on(resource)


def step_by_step_in_one_variable(app: web.Application, debug: bool) -> OriginRule:
    rule = Cors.for_app(app).origin("https://app.example.com")
    if debug:
        rule = rule.expose_all()
    return rule.max_age(0 if debug else 3600)


def with_our_headers(rule: OriginRule) -> OriginRule:
    return rule.allow_headers("X-CSRF-Token").expose("X-Request-ID")


def with_a_session(rule: OriginRule) -> CredentialedRule:
    return with_our_headers(rule).allow_credentials()


def for_scripts(rule: OriginRule | CredentialedRule | AnyOriginRule) -> Policy:
    return rule.policy


def for_everybody(cors: Cors) -> AnyOriginRule:
    return cors.any_origin().allow_any_header()


def ready(cors: Cors, policy: Policy) -> BoundPolicy:
    return cors.use(policy)


def bind_all(rule: CredentialedRule, *targets: web.AbstractRoute) -> Cors:
    return rule.on(*targets)


def one_of_two(cors: Cors, public: bool) -> AnyOriginRule | OriginRule:
    return cors.any_origin() if public else cors.origin("https://app.example.com")


def through_a_callable(cors: Cors, configure: Callable[[Cors], OriginRule]) -> Policy:
    return configure(cors).policy


def composed(app: web.Application, users: web.Resource) -> None:
    cors = Cors.for_app(app)
    assert_type(with_a_session(cors.origin("https://app.example.com")).on(users), Cors)
    assert_type(for_everybody(cors).everywhere(excluding=[users]), Cors)
    through_a_callable(cors, lambda start: start.origin("https://app.example.com"))
    through_a_callable(cors, lambda start: with_our_headers(start.origin("https://a.example")))


def same_policy(left: OriginRule, right: CredentialedRule) -> bool:
    return left.policy == right.policy and hash(left.policy) == hash(right.policy)


def what_is_wrong(cors: Cors, origins: list[str]) -> tuple[Problem, ...]:
    try:
        cors.origin(*origins)
    except CorsConfigError as error:
        return assert_type(error.problems, tuple[Problem, ...])
    return ()


def in_words(error: CorsConfigError) -> list[str]:
    return [
        f"{p.field}: {p.value} is {p.reason}, {p.because}, try {p.hint}" for p in error.problems
    ]
