"""Each row knows the line of the program where its policy was written and bound.

The programs are written here, one step a line. A line is expected by what it holds.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from aiohttp import web

import aiohttp_cors
from aiohttp_cors import Cors, CorsConfig, LiveOrigins, ResourceOptions
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._table.coverage import Row
from aiohttp_cors._table.router import Mounted
from aiohttp_cors._table.table import TABLE
from aiohttp_cors._values.place import Place
from tests.integration.support import hello

HERE: Final = Path(__file__)
LINES: Final = HERE.read_text(encoding="utf-8").splitlines()
OPTIONS: Final = {"https://a.example": ResourceOptions()}


def line(mark: str) -> Place:
    """The one line of this file that ends in ``# mark``."""
    (number,) = (n for n, text in enumerate(LINES, 1) if text.endswith(f"# {mark}"))
    return Place(str(HERE), number)


class Site:
    """An application with ``/items``, and one mounted below ``/sub`` with the same."""

    def __init__(self) -> None:
        self.app = web.Application()
        self.items = self.app.router.add_resource("/items")
        self.get = self.items.add_route("GET", hello)
        self.put = self.items.add_route("PUT", hello)
        self.below = web.Application()
        self.inner = self.below.router.add_resource("/items")
        self.inner.add_route("GET", hello)
        self.cors = Cors.for_app(self.app)
        self.sub = self.app.add_subapp("/sub", self.below)

    def setup(self) -> CorsConfig:
        return aiohttp_cors.setup(self.app, defaults=OPTIONS)  # defaults

    def row(self, method: str = "GET") -> Row:
        return self.app[TABLE].row(Mounted((self.app,), self.items), method)

    def inner_row(self) -> Row:
        return self.app[TABLE].row(Mounted((self.app, self.below), self.inner), "GET")


def test_a_fluent_policy_knows_where_each_clause_began_and_where_it_was_bound() -> None:
    site = Site()
    (
        site.cors.origin("https://a.example")  # first
        .expose("X-A")
        .origin_where(lambda origin: origin.endswith(".example"))  # second
        .origin(LiveOrigins())  # third
        .on(site.items)  # bound
    )
    written = site.row().written
    assert written is not None
    assert written.bound == line("bound")
    assert written.clauses == (line("first"), line("second"), line("third"))


def test_a_ready_policy_was_written_where_it_is_used() -> None:
    site = Site()
    policy = site.cors.origin("https://a.example").any_origin().policy
    site.cors.use(policy).on(site.items)  # used
    written = site.row().written
    assert written is not None
    assert written == (line("used"), (line("used"), line("used")))


FLUENT: Final[dict[str, tuple[Callable[[Site], object], Callable[[Site], Row], str | None]]] = {
    "a route": (
        lambda site: site.cors.any_origin().on(site.get),  # a route
        Site.row,
        "a route",
    ),
    "a route that nothing covers": (
        lambda site: site.cors.any_origin().on(site.get),
        lambda site: site.row("PUT"),
        None,
    ),
    "a sub-application": (
        lambda site: site.cors.any_origin().on(site.sub),  # a sub-application
        Site.inner_row,
        "a sub-application",
    ),
    "everything": (
        lambda site: site.cors.any_origin().everywhere(),  # everything
        Site.inner_row,
        "everything",
    ),
    "an exclusion": (
        lambda site: site.cors.any_origin().everywhere(excluding=[site.items]),  # an exclusion
        Site.row,
        "an exclusion",
    ),
}


@pytest.mark.parametrize("name", FLUENT)
def test_what_was_bound_knows_its_line(name: str) -> None:
    bind, row_of, mark = FLUENT[name]
    site = Site()
    bind(site)
    written = row_of(site).written
    assert (None if written is None else written.bound) == (None if mark is None else line(mark))


def test_equal_policies_that_were_bound_on_two_lines_decide_as_one_and_know_their_lines() -> None:
    site = Site()
    site.cors.origin("https://a.example").on(site.get)  # one
    site.cors.origin("https://a.example").on(site.put)  # other
    get, put = site.row("GET"), site.row("PUT")
    assert get.policy is put.policy
    assert get.written is not None
    assert put.written is not None
    assert (get.written.bound, put.written.bound) == (line("one"), line("other"))


def test_what_one_line_bound_shares_one_place() -> None:
    site = Site()
    for route in (site.get, site.put):
        site.cors.origin("https://a.example").on(route)
    assert site.row("GET").written is site.row("PUT").written


def places(row: Row) -> list[Place | None]:
    assert isinstance(row.policy, CompiledPolicy)
    return [table.place for table in row.policy.tables]


def test_classic_options_know_the_lines_of_add_and_of_the_defaults() -> None:
    site = Site()
    cors = site.setup()
    cors.add(site.items, {"*": ResourceOptions()})  # resource
    cors.add(site.put, {"https://b.example": ResourceOptions()})  # added route
    get, put = site.row("GET"), site.row("PUT")
    assert get.written == (line("resource"), ())
    assert places(get) == [line("resource"), line("defaults")]
    assert put.written == (line("added route"), ())
    assert places(put) == [line("added route"), line("resource"), line("defaults")]


def test_a_route_that_was_left_out_is_decided_where_the_first_route_was_added() -> None:
    site = Site()
    cors = site.setup()
    cors.add(site.get, {"https://b.example": ResourceOptions(allow_methods="*")})  # only route
    assert site.row("PUT").written == (line("only route"), ())


def test_an_addition_without_options_knows_its_line_too() -> None:
    site = Site()
    site.setup().add(site.items)  # without options
    assert site.row().written == (line("without options"), ())
    assert places(site.row()) == [line("defaults")]


def test_assigned_defaults_know_the_line_of_the_assignment() -> None:
    site = Site()
    cors = site.setup()
    cors.add(site.items)
    cors.defaults = {"*": ResourceOptions()}  # assigned
    assert places(site.row()) == [line("assigned")]
