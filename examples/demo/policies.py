"""The policies that can be chosen: each is the code that makes it, and is shown as it stands here.

Knows CORS, and the resources of the API by their names. The API would look the same without it.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final, TypeAlias

from aiohttp import web

import aiohttp_cors
from aiohttp_cors import Cors, ResourceOptions

Configure: TypeAlias = Callable[[web.Application, str], None]
"""Sets CORS up for the API; the string is the origin of the page."""


def allow_the_page(app: web.Application, page: str) -> None:
    """The policy of the table: the page may send cookies, and may only read the archive."""
    resources = app.router.named_resources()
    (
        Cors.for_app(app)
        .origin(page)
        .allow_credentials()
        .allow_headers("Content-Type", "X-CSRF-Token")
        .expose("X-Total-Count")
        .max_age(timedelta(minutes=10))
        .on(
            resources["notes"],
            resources["note"],
            resources["session"],
            resources["me"],
            resources["broken"],
        )
        .origin(page)
        .allow_methods("GET")
        .on(resources["archive"])
        .any_origin()
        .on(resources["health"])
    )


def name_the_wrong_host(app: web.Application, page: str) -> None:
    """A mistake that costs hours: localhost and 127.0.0.1 are two origins."""
    (
        Cors.for_app(app)
        .origin(page.replace("localhost", "127.0.0.1"))
        .allow_credentials()
        .allow_headers("Content-Type")
        .everywhere()
    )


def allow_every_port(app: web.Application, page: str) -> None:
    """A pattern: whatever is served on this machine, and so the stranger, too."""
    (
        Cors.for_app(app)
        .origin("http://localhost:*")
        .allow_credentials()
        .allow_headers("Content-Type")
        .everywhere()
    )


def allow_anybody(app: web.Application, page: str) -> None:
    """Every page of the web may read everything, but none may send cookies."""
    Cors.for_app(app).any_origin().allow_any_header().everywhere()


def ask_a_function(app: web.Application, page: str) -> None:
    """A function decides; an explanation does not run it, and says so."""

    def is_the_page(origin: str) -> bool:
        return origin == page

    Cors.for_app(app).origin_where(is_the_page).allow_credentials().everywhere()


def set_up_as_in_0_8(app: web.Application, page: str) -> None:
    """The classic API: defaults, and what is added."""
    options = ResourceOptions(
        allow_credentials=True,
        allow_headers=("Content-Type",),
        expose_headers=("X-Total-Count",),
    )
    cors = aiohttp_cors.setup(app, defaults={page: options})
    for route in list(app.router.routes()):
        cors.add(route)


POLICIES: Final[Mapping[str, Configure]] = {
    "one page, with cookies": allow_the_page,
    "the wrong host": name_the_wrong_host,
    "every port of localhost": allow_every_port,
    "any page, without cookies": allow_anybody,
    "a function decides": ask_a_function,
    "the classic API": set_up_as_in_0_8,
}
"""By what the page calls them; the first is the table's."""
