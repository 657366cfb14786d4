# Credentials on any origin, in both spellings, and credentials twice.

from typing import Final

from aiohttp import web

from aiohttp_cors import AnyOriginRule, Cors, CredentialedRule, LiveOrigins, OriginRule

ANY: Final = "*"


def any_origin_with_credentials(app: web.Application, users: web.Resource) -> None:
    Cors.for_app(app).any_origin().allow_credentials()  # E
    Cors.for_app(app).origin("*").allow_credentials()  # E
    Cors.for_app(app).origin(ANY).allow_credentials()  # E
    Cors.for_app(app).any_origin().max_age(60).allow_any_header().allow_credentials()  # E
    Cors.for_app(app).origin("*").expose("X-Request-ID").allow_credentials().on(users)  # E
    Cors.for_app(app).origin("https://a.example").origin("*").allow_credentials()  # E
    Cors.for_app(app).origin("https://a.example").allow_credentials().any_origin().allow_credentials()  # E
    Cors.for_app(app).any_origin().allow_credentials(dangerously_over_http=True)  # E


def in_a_variable(rule: AnyOriginRule, cors: Cors) -> None:
    rule.allow_credentials()  # E
    rule.allow_methods("GET").allow_credentials()  # E
    public = cors.origin("*")
    public.allow_credentials()  # E


def returned(plain: OriginRule) -> CredentialedRule:
    return plain  # E


def returned_again(rule: AnyOriginRule) -> CredentialedRule:
    return rule  # E


def twice(app: web.Application, rule: CredentialedRule, live: LiveOrigins) -> None:
    Cors.for_app(app).origin("https://a.example").allow_credentials().allow_credentials()  # E
    Cors.for_app(app).origin(live).allow_credentials().max_age(60).allow_credentials()  # E
    rule.allow_credentials()  # E


def of_settings(cors: Cors, rule: AnyOriginRule) -> None:
    rule.allow_credentials(dangerously_over_http=True)  # E
    cors.any_origin().allow_credentials  # E


def neither_state_nor_start(cors: Cors) -> None:
    cors.allow_credentials()  # E
    cors.use({}).allow_credentials()  # E


def wrong_arguments(rule: OriginRule) -> None:
    rule.allow_credentials(True)  # E
    rule.allow_credentials(dangerously_over_http="yes")  # E
    rule.allow_credentials(over_http=True)  # E
