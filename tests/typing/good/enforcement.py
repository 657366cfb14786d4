"""How a policy is enforced: on targets, on everything, by every rule that can be bound."""

from aiohttp import web
from typing_extensions import assert_type

from aiohttp_cors import AnyOriginRule, BoundPolicy, Cors, CredentialedRule, OriginRule
from aiohttp_cors.introspection import Enforcement, TableRow


async def handler(request: web.Request) -> web.Response:
    return web.Response()


def targets(app: web.Application, rule: OriginRule, credentialed: CredentialedRule) -> None:
    users = app.router.add_resource("/users")
    assert_type(rule.enforce_on(users), Cors)
    assert_type(credentialed.enforce_on(users.add_route("POST", handler), users), Cors)
    assert_type(rule.enforce_on(app.add_subapp("/api", web.Application())), Cors)


def options(public: AnyOriginRule, ready: BoundPolicy, users: web.Resource, own: list[str]) -> None:
    assert_type(public.enforce_on(users, own=own), Cors)
    assert_type(public.enforce_on(users, own=("https://app.example.com",), isolate=True), Cors)
    assert_type(ready.enforce_on(users, own=frozenset(own), report_only=True), Cors)


def everything(rule: OriginRule, ready: BoundPolicy, users: web.Resource) -> None:
    assert_type(rule.enforce_everywhere(), Cors)
    assert_type(rule.enforce_everywhere(excluding=[users], own={"https://a.example"}), Cors)
    assert_type(ready.enforce_everywhere(isolate=True, report_only=True), Cors)


def a_chain_goes_on(app: web.Application, users: web.Resource, health: web.AbstractRoute) -> None:
    cors = Cors.for_app(app).origin("https://a.example").allow_credentials().enforce_on(users)
    assert_type(cors.any_origin().enforce_on(health).origin("https://b.example"), OriginRule)


def read_back(row: TableRow) -> None:
    assert_type(row.enforced, Enforcement | None)
    if row.enforced is not None:
        assert_type(row.enforced.own, tuple[str, ...])
        assert_type(row.enforced.report_only, bool)
