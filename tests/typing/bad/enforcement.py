# What cannot be enforced, and how it is not written.

from aiohttp import web

from aiohttp_cors import AnyOriginRule, BoundPolicy, Cors, OriginRule


def without_an_origin(app: web.Application, users: web.Resource) -> None:
    Cors.for_app(app).enforce_on(users)  # E
    Cors.for_app(app).enforce_everywhere()  # E


def no_target(rule: OriginRule, public: AnyOriginRule, ready: BoundPolicy, app: web.Application) -> None:
    rule.enforce_on()  # E
    rule.enforce_on("/users")  # E
    public.enforce_on(own=["https://a.example"])  # E
    ready.enforce_on(app)  # E
    rule.enforce_everywhere(app)  # E
    rule.enforce_everywhere(excluding="/users")  # E


def options(rule: OriginRule, ready: BoundPolicy, users: web.Resource) -> None:
    rule.enforce_on(users, own="https://app.example.com")  # E
    rule.enforce_on(users, own=None)  # E
    rule.enforce_on(users, own=[443])  # E
    rule.enforce_on(users, isolate="yes")  # E
    rule.enforce_on(users, report_only=1)  # E
    rule.enforce_on(users, enforce=True)  # E
    ready.enforce_everywhere(own="https://app.example.com")  # E
    ready.enforce_everywhere(report_only="false")  # E


def what_enforcing_gives(rule: OriginRule, users: web.Resource) -> OriginRule:
    return rule.enforce_on(users)  # E


def enforced_twice(rule: OriginRule, users: web.Resource) -> None:
    rule.enforce_on(users).enforce_on(users)  # E
