"""Each listed difference is one: 0.8.1 itself does not answer what the list promises.

That the library does is shown by tests of its own; here the predicates of the comparison are held
to the smallest program that needs them.
"""

from collections.abc import Mapping
from typing import Final

import pytest

from tests.comparison import description as d
from tests.comparison.comparing import Worker, compare
from tests.comparison.differences import DIFFERENCES
from tests.comparison.small import (
    ALL,
    COVERED,
    RESOURCE,
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

_LONG: Final = "https://" + "a" * 320

pytestmark = pytest.mark.comparison

_TASKS: Final[Mapping[str, d.Task]] = {
    "`defaults` is changed by assignment, not in place": task(
        preflight("GET"),
        route("GET"),
        add("GET"),
        d.Assign(cors="cors", defaults=config()),
    ),
    "an `Origin` beyond visible ASCII or 326 bytes matches nothing": task(
        preflight("GET", origin=_LONG), route("GET"), add("GET", config(key="*"))
    ),
    "keys that are patterns match as patterns": task(
        preflight("GET", origin="https://x.b.example"),
        route("GET"),
        add("GET", config(key="https://*.b.example")),
    ),
    "several lines (proxies split them) are fine": task(preflight("GET", "x-a", "x-b"), *COVERED),
    "a preflight for a method that another resource of the same path serves succeeds": task(
        preflight("PUT"),
        *COVERED,
        d.AddResource(name="z", app="root", path="/z"),
        d.AddResource(name="again", app="root", path="/r"),
        route("PUT", name="again"),
        add("PUT", config(), name="again"),
    ),
    "a preflight is judged by the route that would serve the actual request": task(
        preflight("PUT"), route("PUT"), route("*", VIEW), add("PUT", config())
    ),
    "a preflight is judged by the view that would serve the actual request": task(
        preflight("GET"), add(), route("*", VIEW)
    ),
    "HEAD that was never added has GET's policy, unless the resource has one": task(
        actual("HEAD"),
        route("HEAD"),
        route("PUT"),
        route("GET"),
        add("PUT", ()),
        add("GET", config()),
    ),
    "an added route never gets another route's configuration, nor does a 405": task(
        actual("PUT"), *COVERED, route("PUT"), add("PUT")
    ),
    "a route that was never added beside added ones is covered only where it is named": task(
        actual("PUT"), *COVERED, route("PUT")
    ),
    "the own configuration of a view that was left out says nothing": task(
        actual("PUT"),
        route("GET"),
        add("GET", config(ALL)),
        route("*", view("put", config=config())),
    ),
    "what `add` was given for a view counts for its preflights, too": task(
        preflight("GET"), route("*", view("get")), add("*", config())
    ),
    "what `add` was given for a function on all methods counts": task(
        actual("PUT"), add(), route("*"), add("*", config())
    ),
    "a value that a client chose is cut in a text": task(
        preflight("GET", "x-" + "a" * 99), *COVERED
    ),
    "a view's unsupported method is a 405, not a dropped connection": task(
        actual("PUT"), route("*", VIEW), add("*")
    ),
    "a 405 of a covered resource carries the headers": task(
        actual("PUT"), route("GET"), add(None, config())
    ),
    "CORS headers that a handler set itself are removed, then the policy's written": task(
        actual("GET"),
        route("GET", d.Handler(headers=(("Access-Control-Allow-Origin", "*"),))),
        add("GET", config()),
    ),
    "preflights precede middlewares": task(preflight("GET"), *COVERED, middleware="raise 401"),
    "header lists in a request are bounded, names and methods must be tokens and no *": task(
        preflight("GET", "x a"), route("GET"), add("GET", config(ALL))
    ),
    '`expose_headers="*"` leaves out Content-Length, Set-Cookie and hop-by-hop names': task(
        actual("GET"), route("GET"), add("GET", config(ALL))
    ),
    "a view that was not added is not shared": task(preflight("GET"), route("*", VIEW)),
    "a view's defaults are those of the `CorsConfig` it was added to": program(
        preflight("GET"),
        d.Setup(name="other", app="root", defaults=config(d.Options(max_age=600))),
        d.Setup(name="cors", app="root", by_class=True),
        RESOURCE,
        route("*", view("get")),
        add("*"),
    ),
    "a view's methods are HTTP methods only": task(
        preflight("REQUEST"), route("*", VIEW), add("*")
    ),
}


@pytest.mark.parametrize("sentence", _TASKS)
def test_0_8_1_itself_does_otherwise(
    original: Worker, another_original: Worker, sentence: str
) -> None:
    comparison = compare(original, another_original, _TASKS[sentence])
    assert [sentence in found.differences for found in comparison.discrepancies] == [True]


@pytest.mark.parametrize("sentence", _TASKS)
def test_without_the_difference_0_8_1_is_taken_at_its_word(
    original: Worker, another_original: Worker, sentence: str
) -> None:
    others = [difference for difference in DIFFERENCES if difference.sentence != sentence]
    task = _TASKS[sentence]
    assert not compare(original, another_original, task, differences=others).discrepancies
