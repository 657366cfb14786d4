"""Origins, names and ages that come from elsewhere: settings, databases, functions."""

import os
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from aiohttp import web
from typing_extensions import assert_type

from aiohttp_cors import (
    AnyOriginRule,
    BoundPolicy,
    Cors,
    CredentialedRule,
    LiveOrigins,
    OriginRule,
    Policy,
    ResourceOptions,
)

FRONTEND: Final = "https://app.example.com"
ANY: Final = "*"
HEADERS: Final = ("X-CSRF-Token", "X-Request-ID")


@dataclass(frozen=True)
class Settings:
    origins: Sequence[str]
    headers: frozenset[str]
    methods: tuple[str, ...]
    max_age: timedelta


def from_settings(app: web.Application, settings: Settings) -> CredentialedRule:
    return (
        Cors.for_app(app)
        .origin(*settings.origins)
        .allow_credentials()
        .allow_headers(*settings.headers)
        .expose(*settings.headers)
        .allow_methods(*settings.methods)
        .max_age(settings.max_age)
    )


def from_the_environment(app: web.Application) -> OriginRule:
    return Cors.for_app(app).origin(os.environ["FRONTEND"], *os.environ["MORE"].split())


def from_constants(app: web.Application) -> None:
    assert_type(Cors.for_app(app).origin(FRONTEND), OriginRule)
    assert_type(Cors.for_app(app).origin(ANY), AnyOriginRule)
    assert_type(Cors.for_app(app).origin(FRONTEND).allow_headers(*HEADERS), OriginRule)


def from_a_string(app: web.Application, origin: str) -> None:
    assert_type(Cors.for_app(app).origin(origin), OriginRule)


def live(app: web.Application) -> LiveOrigins:
    origins = LiveOrigins(["https://a.example"])
    assert_type(Cors.for_app(app).origin(origins), OriginRule)
    assert_type(Cors.for_app(app).origin(FRONTEND, origins), OriginRule)
    assert_type(Cors.for_app(app).origin(origins).allow_credentials(), CredentialedRule)
    return origins


def change(origins: LiveOrigins, more: frozenset[str]) -> list[str]:
    origins.replace(["https://a.example", "https://b.example"])
    origins.replace({*origins, *more})
    origins.add("https://c.example")
    origins.discard("https://a.example")
    assert_type("https://b.example" in origins, bool)
    assert_type(len(origins), int)
    assert_type(copy(origins), LiveOrigins)
    return sorted(origins)


def made_of_anything(origins: Mapping[str, int]) -> tuple[LiveOrigins, ...]:
    return (
        LiveOrigins(),
        LiveOrigins(origins),
        LiveOrigins(origin for origin in origins),
        LiveOrigins(("http://a.example",), dangerously_over_http=True),
    )


async def rows() -> AsyncGenerator[list[str], None]:
    yield ["https://a.example"]


async def names() -> AsyncIterator[frozenset[str]]:
    yield frozenset({"https://a.example"})


async def stored(path: str) -> AsyncGenerator[Iterable[str], None]:
    yield path.splitlines()


class Table:
    async def changes(self) -> AsyncGenerator[Iterable[str], None]:
        yield (origin for origin in sorted(await customers()))


def fed(app: web.Application, more: Callable[[], AsyncIterator[Sequence[str]]]) -> None:
    origins = LiveOrigins()
    app.cleanup_ctx.append(origins.fed_by(rows))
    app.cleanup_ctx.append(origins.fed_by(names, stale_after=60))
    app.cleanup_ctx.append(origins.fed_by(Table().changes, stale_after=0.5))
    app.cleanup_ctx.append(origins.fed_by(more, stale_after=timedelta(minutes=1)))
    app.cleanup_ctx.append(origins.fed_by(partial(stored, "origins.txt"), stale_after=None))
    app.cleanup_ctx.append(origins.fed_by(lambda: stored("origins.txt")))
    assert_type(origins.age, timedelta | None)


def ends_in_partner(origin: str) -> bool:
    return origin.endswith(".partner.example")


async def is_customer(origin: str) -> bool:
    return origin in await customers()


async def customers() -> set[str]:
    return {"https://customer.example"}


class Registry:
    def knows(self, origin: str) -> bool:
        return bool(origin)

    async def __call__(self, origin: str) -> bool:
        return self.knows(origin)


def asked(app: web.Application, question: Callable[[str], Awaitable[bool]]) -> None:
    cors = Cors.for_app(app)
    assert_type(cors.origin_where(ends_in_partner), OriginRule)
    assert_type(cors.origin_where(is_customer), OriginRule)
    assert_type(cors.origin_where(Registry()), OriginRule)
    assert_type(cors.origin_where(Registry().knows), OriginRule)
    assert_type(cors.origin_where(question), OriginRule)
    assert_type(cors.origin_where(lambda origin: origin.startswith("https:")), OriginRule)
    assert_type(cors.origin_where(is_customer).allow_credentials(), CredentialedRule)


def ready_made(app: web.Application, users: web.Resource, read: Mapping[str, str]) -> None:
    cors = Cors.for_app(app)
    rule = cors.origin(FRONTEND).allow_credentials()
    assert_type(cors.use(rule.policy), BoundPolicy)
    assert_type(cors.use(rule.policy).policy, Policy)
    assert_type(cors.use(rule.policy).on(users), Cors)
    assert_type(cors.use(rule.policy).everywhere(excluding=[users]), Cors)
    assert_type(cors.use({FRONTEND: ResourceOptions(max_age=60)}), BoundPolicy)
    assert_type(cors.use({origin: ResourceOptions() for origin in read}), BoundPolicy)
    assert_type(cors.use({FRONTEND: {"allow_credentials": True, "max_age": 60}}), BoundPolicy)
    assert_type(cors.use({FRONTEND: ResourceOptions(), "*": {"max_age": 60}}), BoundPolicy)
    plain: dict[str, dict[str, object]] = {FRONTEND: {"allow_headers": ["X-A"]}}
    assert_type(cors.use(plain).on(users), Cors)
    by_origin = {"*": ResourceOptions(), FRONTEND: ResourceOptions(allow_headers=HEADERS)}
    assert_type(cors.use(by_origin).on(users), Cors)
