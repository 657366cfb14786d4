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

pytestmark = pytest.mark.comparison

_ORIGIN: Final = "https://a.example"
_SENT: Final = ("Origin", _ORIGIN)
_ALL: Final = d.Options(expose_headers="*", allow_headers="*", allow_methods="*")
_GIVEN: Final = d.Options(allow_headers=("X-A",))
_SETUP: Final = d.Setup(name="cors", app="root")
_R: Final = d.AddResource(name="r", app="root", path="/r")


def _config(options: d.Options = _GIVEN, key: str = _ORIGIN) -> d.Config:
    return ((key, options),)


def _route(method: str, handler: d.Handler | d.View | None = None, name: str = "r") -> d.AddRoute:
    return d.AddRoute(resource=name, method=method, handler=handler or d.Handler())


def _add(method: str | None = None, config: d.Config | None = None, name: str = "r") -> d.Add:
    return d.Add(cors="cors", resource=name, method=method, config=config)


def _preflight(method: str, *lines: str, path: str = "/r", origin: str = _ORIGIN) -> d.Request:
    asked = [("Access-Control-Request-Headers", line) for line in lines]
    headers = (("Origin", origin), ("Access-Control-Request-Method", method), *asked)
    return d.Request(method="OPTIONS", path=path, headers=headers)


def _actual(method: str) -> d.Request:
    return d.Request(method=method, path="/r", headers=(_SENT,))


def _task(request: d.Request, *steps: d.Step, middleware: d.Middleware | None = None) -> d.Task:
    program = d.Program(
        steps=(_SETUP, _R, *steps),
        root_middlewares=() if middleware is None else (middleware,),
    )
    return d.Task(program=program, requests=(request,))


_VIEW: Final = d.View(
    methods=(d.ViewMethod(name="get", handler=d.Handler()),), config=_config(), mixin="after"
)
_COVERED: Final = (_route("GET"), _add("GET", _config()))
_LONG: Final = "https://" + "a" * 320

_TASKS: Final[Mapping[str, d.Task]] = {
    "`defaults` is changed by assignment, not in place": _task(
        _preflight("GET"),
        _route("GET"),
        _add("GET"),
        d.Assign(cors="cors", defaults=_config()),
    ),
    "an `Origin` beyond visible ASCII or 326 bytes matches nothing": _task(
        _preflight("GET", origin=_LONG), _route("GET"), _add("GET", _config(key="*"))
    ),
    "keys that are patterns match as patterns": _task(
        _preflight("GET", origin="https://x.b.example"),
        _route("GET"),
        _add("GET", _config(key="https://*.b.example")),
    ),
    "several lines (proxies split them) are fine": _task(
        _preflight("GET", "x-a", "x-b"), *_COVERED
    ),
    "a preflight for a method that another resource of the same path serves succeeds": _task(
        _preflight("PUT"),
        *_COVERED,
        d.AddResource(name="z", app="root", path="/z"),
        d.AddResource(name="again", app="root", path="/r"),
        _route("PUT", name="again"),
        _add("PUT", _config(), name="again"),
    ),
    "a preflight is judged by the route that would serve the actual request": _task(
        _preflight("PUT"), _route("PUT"), _route("*", _VIEW), _add("PUT", _config())
    ),
    "a preflight is judged by the view that would serve the actual request": _task(
        _preflight("GET"), _add(), _route("*", _VIEW)
    ),
    "HEAD that was never added has GET's policy, unless the resource has one": _task(
        _actual("HEAD"),
        _route("HEAD"),
        _route("PUT"),
        _route("GET"),
        _add("PUT", ()),
        _add("GET", _config()),
    ),
    "no route inherits another's policy, added or not": _task(
        _actual("PUT"), *_COVERED, _route("PUT")
    ),
    "a view's unsupported method is a 405, not a dropped connection": _task(
        _actual("PUT"), _route("*", _VIEW), _add("*")
    ),
    "a 405 of a covered resource carries the headers": _task(
        _actual("PUT"), _route("GET"), _add(None, _config())
    ),
    "CORS headers that a handler set itself are removed, then the policy's written": _task(
        _actual("GET"),
        _route("GET", d.Handler(headers=(("Access-Control-Allow-Origin", "*"),))),
        _add("GET", _config()),
    ),
    "preflights precede middlewares": _task(_preflight("GET"), *_COVERED, middleware="raise 401"),
    "header lists in a request are bounded, names and methods must be tokens": _task(
        _preflight("GET", "x a"), _route("GET"), _add("GET", _config(_ALL))
    ),
    '`expose_headers="*"` leaves out Content-Length, Set-Cookie and hop-by-hop names': _task(
        _actual("GET"), _route("GET"), _add("GET", _config(_ALL))
    ),
    "a view whose application was not set up breaks nothing": d.Task(
        program=d.Program(
            steps=(
                d.Setup(name="cors", app="root", defaults=_config()),
                d.AddResource(name="r", app="sub", path="/r"),
                _route("*", _VIEW),
                d.Mount(),
                _add("*"),
            )
        ),
        requests=(_preflight("GET", path="/sub/r"),),
    ),
    "a view's methods are HTTP methods only": _task(
        _preflight("REQUEST"), _route("*", _VIEW), _add("*")
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
