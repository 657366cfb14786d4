"""Programs on which the two libraries once differed and should not have, each in a few lines.

The random comparison found them; here they are tried in every run.
"""

from collections.abc import Mapping
from typing import Final

import pytest

from tests.comparison import description as d
from tests.comparison.comparing import Worker, compare
from tests.comparison.small import (
    ALL,
    COVERED,
    GIVEN,
    ORIGIN,
    RESOURCE,
    SETUP,
    VIEW,
    actual,
    add,
    config,
    preflight,
    program,
    route,
    task,
    view,
)

pytestmark = pytest.mark.comparison

_LONG_LIVED: Final = config(d.Options(max_age=600))
_SHORT_LIVED: Final = config(d.Options(max_age=5))
_NOTHING: Final = d.Options()
_CUSTOM: Final = d.View(
    methods=(
        d.ViewMethod(
            name="get", handler=d.Handler(), config=config(_NOTHING, "https://b.example.com")
        ),
        d.ViewMethod(name="put", handler=d.Handler()),
    )
)
_IN_SUB: Final = d.AddResource(name="r", app="sub", path="/r")
_TWO_APPS: Final = (d.Setup(name="cors", app="root"), d.Setup(name="inner", app="sub"))
_INNER_ADD: Final = d.Add(cors="inner", resource="r", config=config())

_FOUND: Final[Mapping[str, d.Task]] = {
    "an actual request to a function beside a view that was added": task(
        actual("PUT"), route("PUT"), route("*", VIEW), add("*")
    ),
    "an actual request to a function beside a view, the resource was added": task(
        actual("PUT"), route("PUT"), route("*", VIEW), add()
    ),
    "a preflight for a function beside a view that has the method, too": task(
        preflight("PUT"), route("PUT"), route("*", view("put", config=config())), add()
    ),
    "a preflight for a function beside a view that the resource allows": task(
        preflight("PUT"), route("PUT"), route("*", VIEW), add(None, config(ALL))
    ),
    "a preflight for a private function beside a view that nobody added": task(
        preflight("PUT"), route("PUT"), route("*", view("put", config=config()))
    ),
    "HEAD beside GET and a view": task(
        actual("HEAD"), route("HEAD"), route("GET"), route("*", VIEW), add("GET", config())
    ),
    "HEAD beside GET, which was not added first, and a view": task(
        actual("HEAD"),
        *map(route, ("HEAD", "GET", "PUT")),
        route("*", VIEW),
        add("PUT", ()),
        add("GET", config()),
    ),
    "a view added with a configuration after its resource": task(
        actual("GET"), route("*", view("get")), add(None, ()), add("*", config())
    ),
    "a view on one method, added with a configuration after its resource": task(
        actual("GET"), route("GET", view("get")), add(None, ()), add("GET", config())
    ),
    "a view on one method": task(actual("GET"), route("GET", VIEW), add("GET")),
    "a preflight for a view on one method": task(preflight("GET"), route("GET", VIEW), add("GET")),
    "a view that comes after its resource was added": task(
        actual("GET"), add(), route("*", VIEW), add("*")
    ),
    "a preflight for `*` at a view that comes after its resource was added": task(
        preflight("*"), add(), route("*", VIEW), add("*", config())
    ),
    "a preflight for OPTIONS at a view that comes after its resource was added": task(
        preflight("OPTIONS"), add(), route("*", VIEW)
    ),
    "a preflight for a method in lower case at a view that nobody added": task(
        preflight("get"), route("*", VIEW)
    ),
    "a view that lacks the method and says itself what applies": task(
        actual("PUT"),
        route("*", view("get", config=config(key="*"), answer=())),
        add("*"),
    ),
    "a view that lacks the method, added with a configuration": task(
        actual("PUT"), route("*", view("get")), add("*", config())
    ),
    "a preflight for a view that another configuration of the app added": program(
        preflight("GET"),
        d.Setup(name="other", app="root", defaults=_LONG_LIVED),
        d.Setup(name="cors", app="root", by_class=True),
        RESOURCE,
        route("*", view("get")),
        add("*"),
    ),
    "a view that another configuration of the app added": program(
        actual("GET"),
        d.Setup(name="other", app="root", defaults=_LONG_LIVED),
        d.Setup(name="cors", app="root", by_class=True),
        RESOURCE,
        route("*", view("get")),
        add("*"),
    ),
    "a preflight for a view of a sub-application with defaults of its own": program(
        preflight("GET", path="/sub/r"),
        d.Setup(name="cors", app="root", defaults=_LONG_LIVED),
        d.Setup(name="inner", app="sub", defaults=_SHORT_LIVED),
        _IN_SUB,
        route("*", view("get")),
        d.Mount(),
        add("*"),
    ),
    "a resource that the root and its own application add": program(
        actual("GET", "/sub/r"),
        *_TWO_APPS,
        _IN_SUB,
        route("GET"),
        d.Mount(),
        _INNER_ADD,
        add(),
    ),
    "a directory that its own application adds and then, after the start, the root": program(
        actual("GET", "/sub/r/file.txt"),
        *_TWO_APPS,
        d.AddResource(name="r", app="sub", path="/r", static=True),
        d.Mount(),
        _INNER_ADD,
        d.Start(),
        add(),
    ),
    "an OPTIONS request that is no preflight, answered by a middleware": task(
        actual("OPTIONS"), *COVERED, middleware="raise 401"
    ),
    "an OPTIONS request to a view that is no preflight, answered by a middleware": task(
        actual("OPTIONS"), route("*", VIEW), add("*"), middleware="raise 401"
    ),
    "an origin that is spelled like a pattern": task(
        preflight("GET", origin="https://*.b.example"),
        route("GET"),
        add("GET", (("https://*.b.example", GIVEN), ("*", ALL))),
    ),
    "a pattern before an exact origin of a later level": task(
        preflight("GET", origin="https://x.b.example"),
        route("GET"),
        add(None, (("https://x.b.example", ALL),)),
        add("GET", (("https://*.b.example", GIVEN),)),
    ),
    "an empty origin": task(
        preflight("GET", origin=""), route("GET"), add("GET", config(ALL, key="*"))
    ),
    "a quote in a method": task(preflight("it's"), *COVERED),
    "two adds of one route": task(actual("GET"), *COVERED, *COVERED[1:]),
    "a loop over routes, the library's among them": task(
        preflight("OPTIONS"), route("GET"), add(), d.AddEvery(cors="cors", app="root")
    ),
    "a preflight for a function on all methods that was added": task(
        preflight("PUT"), add(), route("*"), add("*", config())
    ),
    "an actual request to a function on all methods that was added": task(
        actual("PUT"), add(), route("*"), add("*", config())
    ),
    "a function on all methods that was added after another route": task(
        actual("PUT"), route("GET"), add("GET", config(ALL)), route("*"), add("*", ())
    ),
    "HEAD of a function on all methods that was added after GET": task(
        actual("HEAD"), route("GET"), add("GET", config(ALL)), route("*"), add("*", ())
    ),
    "a view that a pattern of its resource covers, on a path that another resource has, too": program(
        d.Request(method="PUT", path="/a", headers=(("Origin", "https://b.example.com"),)),
        SETUP,
        d.AddResource(name="first", app="root", path="/a"),
        route("GET", name="first"),
        route("POST", name="first"),
        d.AddResource(name="between", app="root", path="/z"),
        d.AddResource(name="r", app="root", path="/a"),
        route("*", _CUSTOM),
        add("GET", name="first"),
        add("POST", name="first"),
        add(None, config(_NOTHING, "https://*.example.com")),
        add("*", (("*", _NOTHING), (ORIGIN, _NOTHING), ("https://b.example.com", _NOTHING))),
    ),
    "a preflight for `*` at a view that nobody added, behind a middleware": task(
        preflight("*"), route("*", VIEW), middleware="raise 401"
    ),
    "a resource that is added after the start, behind an OPTIONS handler of its path": task(
        preflight("GET"),
        route("OPTIONS"),
        d.AddResource(name="between", app="root", path="/z"),
        d.AddResource(name="again", app="root", path="/r"),
        route("GET", name="again"),
        d.Start(),
        add("GET", config(), name="again"),
    ),
    "options in a mapping, given for a view that lacks a configuration": task(
        preflight("GET"),
        route("*", view("get")),
        add(None, config(d.Options(as_mapping=True))),
    ),
    **{
        f"a preflight for {method} at a view that nobody added, on a path that another resource has": task(
            preflight(method),
            *COVERED,
            d.AddResource(name="between", app="root", path="/z"),
            d.AddResource(name="again", app="root", path="/r"),
            route("*", VIEW, name="again"),
        )
        for method in ("_ITER", "*")
    },
    "an origin of a mapping that is written as a mapping": task(
        preflight("GET", "x-a"),
        route("GET"),
        add("GET", ((ORIGIN, d.Options(allow_headers=("x-a",), as_mapping=True)),)),
    ),
}


@pytest.mark.parametrize("found", _FOUND.values(), ids=_FOUND.keys())
def test_it_is_answered_as_with_0_8_1(original: Worker, ours: Worker, found: d.Task) -> None:
    comparison = compare(original, ours, found)
    assert not comparison.discrepancies, "\n\n".join(map(str, comparison.discrepancies))
