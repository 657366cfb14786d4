"""`PathIndex`: two resources that can match the same URL are never said to be apart.

The judge is aiohttp's own `resolve`: wherever two resources both match a URL, the index has to name
each beside the other. Where it names more, a preflight only costs a second look.
"""

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from typing_extensions import override

from aiohttp_cors._table import overlap
from aiohttp_cors._table.overlap import PathIndex, path_of
from aiohttp_cors._table.router import is_native


async def handler(request: web.Request) -> web.Response:
    return web.Response()


def resources_of(*paths: str) -> list[web.AbstractResource]:
    """Resources of one router, one each, also where aiohttp would use the last one again."""
    app = web.Application()
    made: list[web.AbstractResource] = []
    for number, path in enumerate(paths):
        app.router.add_get(f"/between/{number}", handler)
        made.append(app.router.add_resource(path))
    return made


def overlapping(index: PathIndex, resource: web.AbstractResource) -> list[web.AbstractResource]:
    """Those that may match a URL of `resource`, in the order of the router."""
    return sorted(index.overlapping(resource), key=index.rank)


def overlaps(resources: Sequence[web.AbstractResource], number: int = 0) -> list[int]:
    """The positions of those that may match a URL of the resource at `number`."""
    found = overlapping(PathIndex(resources), resources[number])
    return [position for position, other in enumerate(resources) if other in found]


PATHS = [
    "/",
    "/a",
    "/a/",
    "/a/b",
    "/a/b/c",
    "/b",
    "/A",
    "/ab",
    "/a b",
    "/a%20b",
    "/a%2Fb",
    "/é",
    "/{x}",
    "/{y}",
    "/{x}/",
    "/{x}/b",
    "/a/{x}",
    "/a/{x}/c",
    "/a{x}",
    "/ab{x}",
    r"/{x:\d+}",
    "/{x:[a-z]+}",
    "/{x:[a-z ]+}",
    "/{x:[a-z/]+}",
    "/{x:.*}",
    "/{x:é}",
    "/a/{x:.+}",
    "/a-{x}",
    "/{x}-b",
]
URLS = [
    "/",
    "/a",
    "/a/",
    "/a/b",
    "/a/b/",
    "/a/b/c",
    "/b",
    "/A",
    "/ab",
    "/abc",
    "/a-b",
    "/1",
    "/a%20b",
    "/a%2520b",
    "/a%2Fb",
    "/a%2fb",
    "/%61",
    "/%C3%A9",
    "/a/%C3%A9",
    "//a",
    "/a//b",
    "/c/b",
    "/a/c/c",
]


async def test_two_resources_that_match_the_same_url_are_never_said_to_be_apart() -> None:
    matched: dict[web.AbstractResource, set[str]] = {}
    for path in PATHS:
        # A router of its own for each: aiohttp would use the last resource of an equal path again.
        resource = web.UrlDispatcher().add_resource(path)
        resource.add_route("*", handler)
        requests = [make_mocked_request("GET", url) for url in URLS]
        matched[resource] = {
            request.path_qs for request in requests if (await resource.resolve(request))[0]
        }
    together = 0
    for first, second in itertools.combinations(matched, 2):
        if matched[first] & matched[second]:
            together += 1
            index = PathIndex([first, second])
            assert overlapping(index, first) == [second], (first, second)
            assert overlapping(index, second) == [first], (first, second)
    assert together > 50


@pytest.mark.parametrize(
    "paths, expected",
    [
        pytest.param(["/a", "/b", "/a/b", "/"], [], id="plain paths that differ"),
        pytest.param(["/a", "/a", "/b"], [1], id="the same plain path twice"),
        pytest.param(["/users/me", "/users/{id}"], [1], id="a variable that takes the name"),
        pytest.param([r"/users/{id:\d+}", "/users/me"], [], id="a variable that does not"),
        pytest.param(["/users/{id}", "/users/{name}"], [1], id="two variables"),
        pytest.param([r"/u/{id:\d+}", "/u/{id:[a-z]+}"], [1], id="patterns are not compared"),
        pytest.param(["/users/{id}", "/posts/{id}"], [], id="other fixed beginnings"),
        pytest.param(["/users/{id}", "/users"], [], id="shorter than the fixed beginning"),
        pytest.param(["/a/{x}", "/a/b/{y}", "/{z}", "/b/{z}"], [1, 2], id="nested beginnings"),
        pytest.param(["/{x}", "/users", "/users/me"], [1], id="one segment takes one segment"),
        pytest.param(["/{tail:.*}", "/users", "/users/me", "/{x}"], [1, 2, 3], id="catch-all"),
    ],
)
def test_resources_are_told_apart_where_their_paths_prove_it(
    paths: list[str], expected: list[int]
) -> None:
    resources = resources_of(*paths)
    assert overlaps(resources) == expected


@pytest.mark.parametrize("is_indexed", [True, False])
def test_the_order_in_which_a_router_asks(
    monkeypatch: pytest.MonkeyPatch, is_indexed: bool
) -> None:
    """Newer routers begin with the longest fixed beginning, older ones with the oldest resource."""
    monkeypatch.setattr(overlap, "_IS_INDEXED", is_indexed)
    resources = resources_of("/{rest:.*}", "/users/{id}", "/users/me")
    asked = PathIndex(resources).asked(("/users/me",))
    assert asked == (resources[::-1] if is_indexed else resources)


def test_too_many_patterns_are_not_tried() -> None:
    resources = resources_of(*[f"/{{x:a{n}}}" for n in range(5)])
    index = PathIndex(resources)
    assert index.may_match(("/a3",), at_most=5) == [resources[3]]
    assert index.may_match(("/a3",), at_most=4) is None


def test_the_relation_is_the_same_from_both_sides() -> None:
    resources = resources_of(*PATHS)
    index = PathIndex(resources)
    for first, second in itertools.combinations(resources, 2):
        assert (second in overlapping(index, first)) is (first in overlapping(index, second))


def test_a_resource_is_not_beside_itself() -> None:
    resources = resources_of(*PATHS)
    index = PathIndex(resources)
    assert not any(resource in overlapping(index, resource) for resource in resources)


def test_the_empty_path_is_the_root() -> None:
    app = web.Application()
    empty = app.router.add_resource("")
    root = web.UrlDispatcher().add_resource("/")
    assert overlapping(PathIndex([empty, root]), empty) == [root]
    assert path_of(empty) == path_of(root)


def test_static_files_may_be_anywhere_below_their_prefix(tmp_path: Path) -> None:
    app = web.Application()
    static = app.router.add_static("/static", tmp_path)
    below = app.router.add_resource("/static/app.js")
    prefix = app.router.add_resource("/static")
    inside = app.router.add_resource("/static/{x}/y")
    around = app.router.add_resource("/{x:.*}")
    other = app.router.add_resource("/other")
    elsewhere = app.router.add_resource("/other/{x}")
    index = PathIndex(list(app.router.resources()))
    assert overlapping(index, static) == [below, prefix, inside, around]
    assert static in overlapping(index, below)
    assert static in overlapping(index, inside)
    assert static in overlapping(index, around)
    assert static not in overlapping(index, other)
    assert static not in overlapping(index, elsewhere)


def test_a_mounted_application_may_match_anything_below_its_prefix() -> None:
    app = web.Application()
    inner = web.Application()
    inner.router.add_get("/users", handler)
    mounted = app.add_subapp("/api", inner)
    below = app.router.add_resource("/api/users")
    other = app.router.add_resource("/users")
    index = PathIndex(list(app.router.resources()))
    assert overlapping(index, mounted) == [below]
    assert overlapping(index, below) == [mounted]
    assert overlapping(index, other) == []


def test_an_application_of_a_domain_may_match_any_path() -> None:
    app = web.Application()
    domain = app.add_domain("a.example", web.Application())
    plain = app.router.add_resource("/users")
    dynamic = app.router.add_resource("/users/{id}")
    index = PathIndex(list(app.router.resources()))
    assert overlapping(index, domain) == [plain, dynamic]
    assert overlapping(index, plain) == [domain]
    assert overlapping(index, dynamic) == [domain]


def test_a_resource_of_an_unknown_kind_may_match_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, dynamic, unknown = resources_of("/users", "/posts/{id}", "/unknown")
    monkeypatch.setattr(unknown, "get_info", dict)
    index = PathIndex([plain, dynamic, unknown])
    assert overlapping(index, unknown) == [plain, dynamic]
    assert overlapping(index, plain) == [unknown]
    assert overlapping(index, dynamic) == [unknown]
    assert path_of(unknown) is None


def test_resources_of_one_path_have_an_equal_path_and_others_do_not() -> None:
    same, again, other = resources_of("/users", "/users", "/users/")
    assert path_of(same) == path_of(again) != path_of(other)
    first, second, third = resources_of(r"/u/{id:\d+}", r"/u/{id:\d+}", "/u/{id:[a-z]+}")
    assert first.canonical == third.canonical
    assert path_of(first) == path_of(second) != path_of(third)


def test_prefixes_and_domains_have_no_path_to_compare(tmp_path: Path) -> None:
    app = web.Application()
    assert path_of(app.router.add_static("/static", tmp_path)) is None
    assert path_of(app.add_subapp("/api", web.Application())) is None
    assert path_of(app.add_domain("a.example", web.Application())) is None


class Named(web.PlainResource):
    """Has a method more than aiohttp's own, and its routing."""

    def title(self) -> str:
        return "named"


class Wider(Named):
    @override
    def _match(self, path: str) -> dict[str, str] | None:
        return {}


@pytest.mark.parametrize(
    "kind, is_found", [(web.PlainResource, True), (Named, True), (Wider, False)]
)
def test_a_class_with_a_routing_of_its_own_may_choose_by_anything(
    kind: type[web.PlainResource], is_found: bool
) -> None:
    resource = kind("/items")
    assert is_native(resource) == is_found
    assert (
        bool(overlapping(PathIndex([resource, web.PlainResource("/items/other")]), resource))
        != is_found
    )
