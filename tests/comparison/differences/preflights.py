"""What preflights are refused for, and what stands before them."""

import dataclasses
import re
from typing import Final

from aiohttp import hdrs

from tests.comparison import description as d
from tests.comparison.differences.question import (
    ANYTHING,
    REFUSED,
    Case,
    Difference,
    Expected,
    is_cors_view,
    refused_behind_middlewares,
    refused_method,
)

_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


# "preflights precede middlewares"


def _is_a_preflight_behind_middlewares(case: Case) -> bool:
    return (
        case.is_preflight and case.is_answered_by_the_library and _without_middlewares(case) != case
    )


def _without_middlewares(case: Case) -> Case:
    """Those of the outermost app that CORS was set up on, and of the app mounted in it."""
    concerned = case.concerned
    if concerned is None or not case.adds(concerned.resource):
        return case
    apps = {step.app for step in case.program.steps if isinstance(step, d.Setup)}
    root = () if "root" in apps else case.program.root_middlewares
    program = dataclasses.replace(case.program, root_middlewares=root, sub_middlewares=())
    return dataclasses.replace(case, program=program)


BEFORE_MIDDLEWARES: Final = Difference(
    sentence="preflights precede middlewares",
    applies=_is_a_preflight_behind_middlewares,
    asked=_without_middlewares,
)


# "header lists in a request are bounded, names and methods must be tokens and no *"


def _asks_for_no_tokens(case: Case) -> bool:
    return case.is_preflight and case.is_answered_by_the_library and not _is_regular(case.request)


def _is_regular(request: d.Request) -> bool:
    method = request.first("Access-Control-Request-Method") or ""
    line = ",".join(request.lines("Access-Control-Request-Headers"))
    names = [name.strip(" \t") for name in line.split(",")]
    return (
        _is_name(method)
        and all(_is_name(name) for name in names if name)
        and len(line) <= 8192
        and len(names) <= 256
    )


def _is_name(text: str) -> bool:
    return text != "*" and _TOKEN.fullmatch(text) is not None


def _refused_for_its_grammar(case: Case, expected: Expected) -> Expected:
    method = case.request.first("Access-Control-Request-Method") or ""
    if not _is_name(method):
        return refused_method(case)
    # 0.8.1 breaks down when it has to name what is no text.
    reached_the_headers = expected.status in {200, 500} or (
        expected.body is not None and expected.body.startswith(REFUSED + "headers are not allowed")
    )
    return Expected.refusal(None) if reached_the_headers else expected


TOKENS_ONLY: Final = Difference(
    sentence="header lists in a request are bounded, names and methods must be tokens and no *",
    applies=_asks_for_no_tokens,
    expected=_refused_for_its_grammar,
)


# "a view's methods are HTTP methods only"


def _asks_a_view_for_an_attribute(case: Case) -> bool:
    return (
        case.is_preflight
        and case.is_answered_by_the_library
        and is_cors_view(case.handler(case.concerned))
        and case.request.first("Access-Control-Request-Method") not in hdrs.METH_ALL
    )


VIEWS_HTTP_METHODS: Final = Difference(
    sentence="a view's methods are HTTP methods only",
    applies=_asks_a_view_for_an_attribute,
    expected=refused_behind_middlewares,
)


# "a method is judged by the route of the method in upper case": 0.8.1 looks for a route of the very
# method, and cannot be asked what the other one would say


def _asks_for_a_method_in_another_case(case: Case) -> bool:
    method = case.request.first("Access-Control-Request-Method") or ""
    return case.is_preflight and method not in hdrs.METH_ALL and method.upper() in hdrs.METH_ALL


def _left_out(_case: Case, _expected: Expected) -> Expected:
    return ANYTHING


OTHER_CASE: Final = Difference(
    sentence="a method is judged by the route of the method in upper case",
    applies=_asks_for_a_method_in_another_case,
    expected=_left_out,
)


# Not in the list, but in the rules of the protocol: "several lines (proxies split them) are fine"


def _splits_the_header_list(case: Case) -> bool:
    lines = case.request.lines("Access-Control-Request-Headers")
    # One line of more than 8190 bytes gets no further than aiohttp's parser.
    return case.is_preflight and len(lines) > 1 and len(",".join(lines)) <= 8190


def _with_the_list_in_one_line(case: Case) -> Case:
    name = "Access-Control-Request-Headers"
    request = case.request.replacing(name, ",".join(case.request.lines(name)))
    return dataclasses.replace(case, request=request)


SPLIT_LISTS: Final = Difference(
    sentence="several lines (proxies split them) are fine",
    applies=_splits_the_header_list,
    asked=_with_the_list_in_one_line,
)
