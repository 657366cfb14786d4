"""Each step of the public interface has an example in its docstring, and the example runs.

An example is an indented block after an empty line: `docs/conf.py` shows it as code.
"""

import ast
import inspect
import re
import textwrap
from datetime import timedelta
from typing import Final

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler
from pytest_aiohttp.plugin import AiohttpClient

import aiohttp_cors
from aiohttp_cors import Cors, CorsConfig, LiveOrigins, OriginRule
from aiohttp_cors.testing import BlockReason, Browser, CorsBlocked

FLUENT: Final[list[object]] = [
    Cors.for_app,
    Cors.origin,
    Cors.any_origin,
    Cors.origin_where,
    Cors.use,
    Cors.table,
    Cors.explain,
    OriginRule.allow_credentials,
    OriginRule.expose,
    OriginRule.expose_all,
    OriginRule.allow_headers,
    OriginRule.allow_any_header,
    OriginRule.allow_methods,
    OriginRule.allow_any_method,
    OriginRule.max_age,
    OriginRule.policy,
    OriginRule.on,
    OriginRule.enforce_on,
    OriginRule.everywhere,
    OriginRule.enforce_everywhere,
    LiveOrigins,
    LiveOrigins.replace,
    LiveOrigins.add,
    LiveOrigins.discard,
    aiohttp_cors.answer_preflights,
    Browser,
]
CLASSIC: Final[list[object]] = [
    aiohttp_cors.setup,
    CorsConfig,
    CorsConfig.defaults,
    CorsConfig.add,
    aiohttp_cors.ResourceOptions,
    aiohttp_cors.CorsViewMixin,
    aiohttp_cors.custom_cors,
]


def name_of(documented: object) -> str:
    """How a symbol is called, without the module that it is defined in."""
    getter: object = documented.fget if isinstance(documented, property) else documented
    return str(getattr(getter, "__qualname__"))  # noqa: B009 -- of whatever is documented


def examples_of(documented: object) -> list[str]:
    """The indented blocks of a docstring."""
    text = inspect.getdoc(documented) or ""
    blocks = re.findall(r"(?:(?<=\n\n)|\A)(?:    .*\n?|\n(?=    ))+", f"{text}\n")
    return [textwrap.dedent(block) for block in blocks]


async def handler(_: web.Request) -> web.Response:
    """What is served."""
    return web.Response(text="Ada")


@web.middleware
async def passing(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A middleware of the program."""
    return await handler(request)


def create_app() -> web.Application:
    """An application with a resource of two methods, a route, and no policy."""
    app = web.Application()
    users = app.router.add_resource("/users", name="users")
    users.add_route("GET", handler)
    users.add_route("PUT", handler)
    app.router.add_get("/health", handler, name="health")
    return app


def known_names(*, classic: bool) -> dict[str, object]:
    """What the examples take for granted."""
    app = create_app()
    exported: dict[str, object] = {n: getattr(aiohttp_cors, n) for n in aiohttp_cors.__all__}
    return {
        **exported,
        "BlockReason": BlockReason,
        "Browser": Browser,
        "CorsBlocked": CorsBlocked,
        "app": app,
        "authenticate": passing,
        "ban": passing,
        "cors": aiohttp_cors.setup(app) if classic else Cors.for_app(app),
        "create_app": create_app,
        "customers": LiveOrigins(),
        "health": app.router["health"],
        "pytest": pytest,
        "timedelta": timedelta,
        "users": app.router["users"],
        "web": web,
    }


async def check_examples(
    documented: object, known: dict[str, object], aiohttp_client: AiohttpClient
) -> None:
    """Run the examples of a docstring, and start the application that they configure."""
    examples = examples_of(documented)
    assert examples
    for example in examples:
        # As the body of an async program: an example may await.
        code = compile(example, "docstring", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        ran: object = eval(code, known)
        if inspect.isawaitable(ran):
            await ran
    for name, test in list(known.items()):
        if name.startswith("test_") and inspect.iscoroutinefunction(test):
            await test(aiohttp_client)
    app = known["app"]
    assert isinstance(app, web.Application)
    async with TestServer(app):
        pass


@pytest.mark.parametrize("documented", FLUENT, ids=name_of)
async def test_a_step_of_the_fluent_api_has_an_example_that_runs(
    documented: object, aiohttp_client: AiohttpClient
) -> None:
    await check_examples(documented, known_names(classic=False), aiohttp_client)


@pytest.mark.parametrize("documented", CLASSIC, ids=name_of)
async def test_a_step_of_the_classic_api_has_an_example_that_runs(
    documented: object, aiohttp_client: AiohttpClient
) -> None:
    await check_examples(documented, known_names(classic=True), aiohttp_client)


def test_an_example_is_an_indented_block_after_an_empty_line() -> None:
    def documented() -> None:
        """A sentence.

        - a point
            that goes on

            first()

            second()

        Another sentence.
        """

    assert examples_of(documented) == ["first()\n\nsecond()\n"]
