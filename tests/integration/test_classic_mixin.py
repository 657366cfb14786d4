"""`CorsViewMixin` and `custom_cors` called directly, as programs call them in tests of their own.

Promised by the behaviour of aiohttp-cors 0.8.1.
"""

from collections.abc import Callable
from typing import ClassVar
from unittest import mock

import pytest
from aiohttp import web
from multidict import CIMultiDict

from aiohttp_cors import APP_CONFIG_KEY, CorsConfig, CorsViewMixin, ResourceOptions, custom_cors
from aiohttp_cors.cors_config import Config

DEFAULTS: Config = {
    "*": ResourceOptions(),
    "https://defaults.example": ResourceOptions(max_age=3),
}
OF_CLASS: Config = {"https://class.example": ResourceOptions(max_age=2)}
OF_METHOD: Config = {"https://method.example": ResourceOptions(max_age=1)}


class Simple(web.View, CorsViewMixin):
    async def get(self) -> web.Response:
        return web.Response(text="Done")


class WithClass(Simple):
    cors_config: ClassVar[Config | None] = OF_CLASS

    async def post(self) -> web.Response:
        return web.Response(text="Done")


class WithMethod(Simple):
    cors_config: ClassVar[Config | None] = OF_CLASS

    @custom_cors(OF_METHOD)
    async def post(self) -> web.Response:
        return web.Response(text="Done")


def request_to(app: object, headers: dict[str, str] | None = None) -> mock.Mock:
    request = mock.Mock()
    request.app = app
    request.headers = headers or {}
    return request


@pytest.fixture
def app() -> web.Application:
    app = web.Application()
    app[APP_CONFIG_KEY] = CorsConfig(app, defaults=DEFAULTS)
    return app


def test_custom_cors_returns_the_function_with_an_attribute_named_after_it() -> None:
    async def put(view: web.View) -> web.Response:
        return web.Response()

    assert custom_cors(OF_METHOD)(put) is put
    assert vars(put) == {"put_cors_config": OF_METHOD}


def test_the_mixin_has_no_init_of_its_own() -> None:
    assert "__init__" not in vars(CorsViewMixin)
    request = request_to({})
    assert Simple(request).request is request


@pytest.mark.parametrize(
    "view, origin, age",
    [
        (Simple, "https://defaults.example", 3),
        (Simple, "*", None),
        (WithClass, "https://class.example", 2),
        (WithClass, "https://defaults.example", 3),
        (WithMethod, "https://method.example", 1),
        (WithMethod, "https://class.example", 2),
        (WithMethod, "https://defaults.example", 3),
    ],
)
@pytest.mark.parametrize("spelled", [str.lower, str.upper], ids=["lower", "upper"])
def test_a_views_configuration_is_a_chain(
    app: web.Application,
    view: type[Simple],
    origin: str,
    age: int | None,
    spelled: Callable[[str], str],
) -> None:
    method = spelled("get" if view is Simple else "post")
    config = view(request_to(app)).get_request_config(request_to(app), method)
    assert config.get(origin) == ResourceOptions(max_age=age)


def test_a_method_without_a_configuration_of_its_own_does_not_have_another_methods(
    app: web.Application,
) -> None:
    config = WithMethod.get_request_config(request_to(app), "get")
    assert config.get("https://method.example") is None
    assert config.get("https://class.example") == ResourceOptions(max_age=2)


def test_the_chain_holds_options_where_the_view_wrote_mappings(app: web.Application) -> None:
    class Mapped(Simple):
        cors_config: ClassVar[Config | None] = {"https://class.example": {"max_age": 2}}

    config = Mapped.get_request_config(request_to(app), "GET")
    assert config["https://class.example"] == ResourceOptions(max_age=2)


def test_a_method_that_the_view_lacks_is_a_key_error(app: web.Application) -> None:
    for method in ("patch", "request", "get_request_config"):
        with pytest.raises(KeyError):
            Simple.get_request_config(request_to(app), method)


def test_an_app_without_setup_is_a_value_error() -> None:
    request = request_to({})
    with pytest.raises(ValueError, match=r"aiohttp-cors is not configured\."):
        Simple(request).get_request_config(request, "get")


async def test_options_answers_a_preflight(app: web.Application) -> None:
    request = request_to(
        app,
        {"Origin": "https://defaults.example", "Access-Control-Request-Method": "GET"},
    )
    response = await Simple(request).options()
    assert response.status == 200
    assert response.headers["Access-Control-Allow-Origin"] == "https://defaults.example"
    assert response.headers["Access-Control-Allow-Methods"] == "GET"
    assert response.headers["Access-Control-Max-Age"] == "3"


@pytest.mark.parametrize(
    "headers, reason",
    [
        ({}, "origin header is not specified"),
        ({"Origin": "https://a.example"}, "header is not specified"),
        (
            {"Origin": "https://a.example", "Access-Control-Request-Method": "blabla"},
            "request method 'blabla' is not allowed",
        ),
    ],
    ids=["nothing", "no method", "method"],
)
async def test_options_raises_forbidden_for_a_refusal(
    app: web.Application, headers: dict[str, str], reason: str
) -> None:
    with pytest.raises(web.HTTPForbidden) as raised:
        await Simple(request_to(app, headers)).options()
    assert reason in (raised.value.text or "")


async def test_options_reads_requested_names(app: web.Application) -> None:
    request = request_to(app)
    request.headers = CIMultiDict(
        {
            "Origin": "https://a.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "x-a",
        }
    )
    with pytest.raises(web.HTTPForbidden) as raised:
        await Simple(request).options()
    assert raised.value.text == "CORS preflight request failed: headers are not allowed: X-A"
