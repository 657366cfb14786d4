"""Facts about aiohttp's routers, and what becomes of a class of the program's own.

Expectations from aiohttp's documentation of resources and routers.
"""

from collections.abc import Callable
from typing import Any, Final

import pytest
from aiohttp import web
from aiohttp.web_urldispatcher import PrefixedSubAppResource
from typing_extensions import override

from aiohttp_cors import Cors
from aiohttp_cors._table.router import (
    app_tree,
    canonical_of,
    freezes,
    handled_methods,
    has_native_router,
    info_of,
    is_native,
    mounted_app,
    routed_methods,
    routes_of,
)
from aiohttp_cors._table.table import TABLE
from tests.integration.support import hello


class Silent(PrefixedSubAppResource):
    """A mount of the program's own, which says nothing about itself."""

    @override
    def get_info(self) -> Any:
        raise NotImplementedError

    @property
    @override
    def canonical(self) -> str:
        raise NotImplementedError


class Strange(PrefixedSubAppResource):
    @override
    def get_info(self) -> Any:
        return ["app"]


@pytest.mark.parametrize("kind", [Silent, Strange])
def test_what_says_nothing_about_itself_mounts_nothing(
    kind: type[PrefixedSubAppResource],
) -> None:
    resource = kind("/sub", web.Application())
    assert info_of(resource) == {}
    assert mounted_app(resource) is None
    assert not is_native(resource)


def test_a_path_that_cannot_be_read_is_empty() -> None:
    assert canonical_of(Silent("/sub", web.Application())) == ""
    assert canonical_of(web.PlainResource("/a")) == "/a"


def test_a_mounted_application_is_below_the_one_that_mounts_it() -> None:
    root, sub, inner = web.Application(), web.Application(), web.Application()
    sub.add_subapp("/inner", inner)
    mounted = root.add_subapp("/sub", sub)
    assert mounted_app(mounted) is sub
    assert [id(app) for app in app_tree(root)] == [id(root), id(sub), id(inner)]


def replaced(name: str) -> web.Application:
    app = web.Application()
    vars(app.router)[name] = lambda: None
    return app


class Routed(web.UrlDispatcher):
    @override
    def freeze(self) -> None: ...

    @override
    async def resolve(self, request: web.Request) -> Any: ...


def with_router() -> web.Application:
    app = web.Application()
    object.__setattr__(app, "_router", Routed())
    return app


ROUTERS: Final[list[tuple[str, Callable[[], web.Application], bool, bool]]] = [
    ("aiohttp's own", web.Application, True, True),
    ("an open one", lambda: replaced("freeze"), True, False),
    ("one with another resolve", lambda: replaced("resolve"), False, True),
    ("a class of the program's", with_router, False, False),
]


@pytest.mark.parametrize(
    "make, is_own, is_closed", [row[1:] for row in ROUTERS], ids=[row[0] for row in ROUTERS]
)
def test_a_router_is_aiohttps_own_where_nothing_of_it_was_replaced(
    make: Callable[[], web.Application], is_own: bool, is_closed: bool
) -> None:
    app = make()
    assert has_native_router(app) is is_own
    assert freezes(app) is is_closed


class View(web.View):
    save = 1

    async def get(self) -> web.Response:
        return web.Response()


class ByItself(View):
    @override
    async def _iter(self) -> web.StreamResponse:
        return web.Response()


def test_a_view_handles_the_http_methods_that_it_defines() -> None:
    assert handled_methods(View) == {"GET"}
    assert handled_methods(ByItself) == {"*"}


def test_methods_that_no_browser_sends_are_not_routed() -> None:
    resource = web.PlainResource("/a")
    for method in ("GET", "CONNECT", "TRACE"):
        resource.add_route(method, hello)
    resource.add_route("*", View)
    assert routed_methods(routes_of(resource)) == {"GET"}


def test_nothing_is_kept_before_the_application_has_started() -> None:
    """Mounting an application changes the paths of its resources."""
    app = web.Application()
    Cors.for_app(app)
    table = app[TABLE]
    assert table.index(app) is not table.index(app)
    assert table.size == 0
