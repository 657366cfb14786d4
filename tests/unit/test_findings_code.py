"""What is read of the program's functions, without running them."""

import ast
import inspect
import os
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from types import CellType, FunctionType, SimpleNamespace

import pytest
from aiohttp import hdrs, web

from aiohttp_cors._tools.findings.code import Reader, functions_of, name_of, place_of
from tests.unit import bad_program

TABLE = {"access-control-allow-origin": "*"}
OTHER = {"X-A": "1", 5: "2"}
KEPT = SimpleNamespace()


def response() -> web.Response:
    return web.Response()


# What writes


def stores() -> None:
    response().headers["Access-Control-Allow-Origin"] = "*"


def stores_by_attribute() -> None:
    response().headers[hdrs.ACCESS_CONTROL_MAX_AGE] = "5"


def adds_by_name() -> None:
    ACCESS_CONTROL_ALLOW_ORIGIN = "Access-Control-Allow-Origin"  # noqa: N806
    response().headers.add(ACCESS_CONTROL_ALLOW_ORIGIN, "*")


def sets_default() -> None:
    response().headers.setdefault("access-control-allow-methods", "GET")


def gives_a_dict() -> web.Response:
    return web.Response(headers={**OTHER_TEXTS, "Access-Control-Allow-Origin": "*"})


OTHER_TEXTS = {"X-A": "1"}


def gives_pairs() -> web.Response:
    return web.Response(headers=[("X-A", "1"), ("Access-Control-Allow-Origin", "*")])


def gives_a_table() -> web.Response:
    return web.Response(headers=TABLE)


def calls_one_that_stores() -> None:
    stores()


def calls_far() -> None:
    calls_one_that_stores()


def makes_a_closure() -> Callable[[], None]:
    table = {"Access-Control-Allow-Headers": "X-A"}

    def inside() -> None:
        response().headers.update(table)

    return inside


def stores_inside() -> Callable[[], None]:
    def inside() -> None:
        response().headers["Access-Control-Allow-Origin"] = "*"

    return inside


@wraps(stores)
def wraps_one_that_stores() -> None:
    """Calls what it wraps in a way that nobody sees."""


class Stores:
    def __call__(self) -> None:
        self.store()

    def store(self) -> None:
        stores()

    def method(self) -> None:
        self.store()


STORING = partial(stores)


def calls_a_partial() -> None:
    STORING()


def uses_a_module() -> None:
    bad_program.finish(response())


WRITERS: dict[str, object] = {
    "a subscript": stores,
    "a name of aiohttp's": stores_by_attribute,
    "a name of its own": adds_by_name,
    "setdefault": sets_default,
    "a dict": gives_a_dict,
    "pairs": gives_pairs,
    "a table": gives_a_table,
    "a function that it calls": calls_one_that_stores,
    "a function that is called far away": calls_far,
    "a closure": makes_a_closure(),
    "a function in it": stores_inside,
    "what it wraps": wraps_one_that_stores,
    "an object that is called": Stores(),
    "a method that names another one": Stores().method,
    "a partial": partial(partial(stores)),
    "a function of another module of its package": uses_a_module,
    "a partial that it names": calls_a_partial,
}


@pytest.mark.parametrize("thing", WRITERS.values(), ids=WRITERS)
def test_who_writes_headers_of_the_protocol_is_seen(thing: object) -> None:
    assert Reader().writes_cors_headers(thing) is not None


# What does not


def reads() -> object:
    headers = response().headers
    found = headers.get("Access-Control-Allow-Origin"), headers["Access-Control-Max-Age"]
    return found if "Access-Control-Allow-Methods" in headers else None


def compares() -> bool:
    names = ("Access-Control-Allow-Origin", "Access-Control-Max-Age")
    return hdrs.ACCESS_CONTROL_ALLOW_ORIGIN in names


def writes_others() -> web.Response:
    return web.Response(headers={"X-A": "1", "Access-Control-Request-Method": "GET"} | OTHER_TEXTS)


def names_another_table() -> object:
    return OTHER


def calls_another_package() -> object:
    return ast.parse, os.getcwd, Path


def never_filled() -> object:
    inside = makes_a_closure()
    assert isinstance(inside, FunctionType)
    return FunctionType(inside.__code__, globals(), closure=(CellType(),))


class Holds:
    """A class that is named is not called."""

    def store(self) -> None:
        stores()


def names_a_class() -> object:
    return Holds


HARMLESS: dict[str, object] = {
    "it reads": reads,
    "it compares": compares,
    "other headers": writes_others,
    "another table": names_another_table,
    "another package": calls_another_package,
    "a cell that was never filled": never_filled(),
    "a class": names_a_class,
    "a function of Python's own": len,
    "an object whose class is Python's own": SimpleNamespace(),
    "a class that is no view": Holds,
    "a module": ast,
}


@pytest.mark.parametrize("thing", HARMLESS.values(), ids=HARMLESS)
def test_who_does_not_write_is_left_alone(thing: object) -> None:
    assert Reader().writes_cors_headers(thing) is None


def test_a_function_without_source_that_names_a_header_is_taken_for_one_that_writes() -> None:
    scope: dict[str, object] = {"__name__": "shop"}
    exec("def f(headers):\n    return headers['Access-Control-Max-Age']", scope)
    assert Reader().writes_cors_headers(scope["f"]) is not None


def test_a_function_whose_source_is_a_part_of_a_statement_is_taken_for_one_that_writes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What Python gives for a lambda may be half a line."""

    def half_a_line(function: object) -> str:
        return "    else [lambda headers: headers,\n"

    monkeypatch.setattr(inspect, "getsource", half_a_line)
    assert Reader().writes_cors_headers(reads) is not None


# Names, places, references


def test_a_callable_has_the_name_that_its_author_knows() -> None:
    assert name_of(stores) == "stores"
    assert name_of(partial(stores)) == "stores"
    assert name_of(Stores().method) == "Stores.method"
    assert name_of(Stores()) == "Stores"


def test_a_callable_has_the_line_where_it_is_written() -> None:
    place = place_of(partial(stores))
    assert place == (__file__, stores.__code__.co_firstlineno)
    assert place_of(len) is None


def test_what_python_cannot_read_has_no_functions() -> None:
    assert list(functions_of(len)) == []
    assert list(functions_of(5)) == []


class Fed:
    def feed(self) -> None:
        """Bound to the object."""


def takes(thing: object) -> None:
    """Gets the object as an argument."""


def names_it() -> object:
    return KEPT


def calls_one_that_names_it() -> object:
    return names_it()


def encloses(thing: object) -> Callable[[], object]:
    return lambda: thing


def passes_a_bound_method() -> Callable[[], object]:
    feed = FED.feed

    def inside() -> object:
        return feed

    return inside


FED = Fed()


@pytest.mark.parametrize(
    "thing, target",
    [
        (names_it, KEPT),
        (calls_one_that_names_it, KEPT),
        (encloses(FED), FED),
        (FED.feed, FED),
        (partial(FED.feed), FED),
        (partial(takes, FED), FED),
        (partial(takes, thing=FED), FED),
        (passes_a_bound_method(), FED),
    ],
    ids=[
        "by a name",
        "by a function that it calls",
        "by a closure",
        "by a method",
        "by a method in a partial",
        "by an argument",
        "by a keyword",
        "by a method that it holds",
    ],
)
def test_a_callable_refers_to_an_object(thing: object, target: object) -> None:
    assert Reader().refers_to(thing, target)
    assert not Reader().refers_to(thing, object())
