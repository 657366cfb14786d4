# Origins, names and ages of a wrong shape in the fluent API.

from collections.abc import AsyncGenerator
from datetime import datetime

from aiohttp import web

from aiohttp_cors import AnyOriginRule, Cors, CredentialedRule, LiveOrigins, OriginRule


def nothing_where_one_is_needed(cors: Cors, rule: OriginRule, public: AnyOriginRule) -> None:
    cors.origin()  # E
    cors.origin_where()  # E
    cors.use()  # E
    rule.origin()  # E
    rule.expose()  # E
    rule.allow_headers()  # E
    rule.allow_methods()  # E
    rule.max_age()  # E
    public.expose()  # E
    public.allow_headers()  # E
    public.allow_methods()  # E


def something_where_none_is(cors: Cors, rule: OriginRule) -> None:
    cors.any_origin("https://a.example")  # E
    rule.expose_all("X-Request-ID")  # E
    rule.allow_any_header("X-Request-ID")  # E
    rule.allow_any_method("GET")  # E
    rule.max_age(60, 60)  # E
    rule.policy()  # E


def a_list_where_names_are_written(cors: Cors, rule: OriginRule, origins: list[str]) -> None:
    cors.origin(origins)  # E
    cors.origin(["https://a.example"])  # E
    rule.expose(["X-Request-ID"])  # E
    rule.allow_headers(("X-CSRF-Token",))  # E
    rule.allow_methods({"GET"})  # E
    rule.allow_headers("X-CSRF-Token", ["X-Request-ID"])  # E


def another_type(cors: Cors, rule: OriginRule, public: AnyOriginRule, numbers: list[int]) -> None:
    cors.origin(None)  # E
    cors.origin(b"https://a.example")  # E
    cors.origin("https://a.example", 443)  # E
    cors.origin(*numbers)  # E
    rule.expose(1)  # E
    rule.allow_headers(None)  # E
    rule.allow_methods(b"GET")  # E
    rule.allow_methods(*numbers)  # E
    rule.max_age("3600")  # E
    rule.max_age(60.5)  # E
    rule.max_age(None)  # E
    rule.max_age(datetime.now())  # E
    public.max_age("3600")  # E


def by_keyword(cors: Cors, rule: OriginRule) -> None:
    cors.origin(origin="https://a.example")  # E
    rule.allow_headers(first="X-CSRF-Token")  # E
    rule.max_age(seconds=60)  # E
    rule.max_age(age=60)  # E


def unknown_methods(cors: Cors, rule: OriginRule, credentialed: CredentialedRule) -> None:
    cors.origins("https://a.example")  # E
    cors.add("https://a.example")  # E
    rule.allow_header("X-CSRF-Token")  # E
    rule.allow_method("GET")  # E
    rule.expose_headers("X-Request-ID")  # E
    rule.allow_all_headers()  # E
    rule.maxage(60)  # E
    credentialed.disallow_credentials()  # E
    credentialed.bind()  # E


def steps_before_an_origin(cors: Cors) -> None:
    cors.expose("X-Request-ID")  # E
    cors.expose_all()  # E
    cors.allow_headers("X-CSRF-Token")  # E
    cors.allow_any_header()  # E
    cors.allow_methods("GET")  # E
    cors.allow_any_method()  # E
    cors.max_age(60)  # E


def number_of(origin: str) -> int:
    return len(origin)


async def text_of(origin: str) -> str:
    return origin


def of_request(request: web.Request) -> bool:
    return bool(request)


def of_two(origin: str, method: str) -> bool:
    return origin == method


def predicates(cors: Cors) -> None:
    cors.origin_where("https://a.example")  # E
    cors.origin_where(True)  # E
    cors.origin_where(number_of)  # E
    cors.origin_where(text_of)  # E
    cors.origin_where(of_request)  # E
    cors.origin_where(of_two)  # E


def live_origins(live: LiveOrigins) -> None:
    LiveOrigins(1)  # E
    LiveOrigins([1])  # E
    LiveOrigins(["https://a.example"], True)  # E
    live.replace(None)  # E
    live.replace([b"https://a.example"])  # E
    live.add(1)  # E
    live.add("https://a.example", "https://b.example")  # E
    live.discard()  # E
    live.discard(1)  # E
    len(live, 1)  # E
    live.update(["https://a.example"])  # E


def states_are_made_by_steps(app: web.Application) -> None:
    Cors(app)  # E
    Cors()  # E
    Cors(app, origins=["https://a.example"])  # E
    OriginRule("https://a.example")  # E


async def one_set() -> list[str]:
    return ["https://a.example"]


async def origins_one_by_one() -> AsyncGenerator[str, None]:
    yield "https://a.example"


async def numbers() -> AsyncGenerator[list[int], None]:
    yield [1]


async def sets() -> AsyncGenerator[list[str], None]:
    yield ["https://a.example"]


def feeding(app: web.Application, live: LiveOrigins) -> None:
    live.fed_by()  # E
    live.fed_by(sets())  # E
    live.fed_by(one_set)  # E
    live.fed_by(numbers)  # E
    live.fed_by(["https://a.example"])  # E
    live.fed_by(sets, 60)  # E
    live.fed_by(sets, stale_after="60")  # E
    app.on_startup.append(live.fed_by(sets))  # E
    live.age = None  # E
    live.age.total_seconds()  # E
