"""What preflights are refused for, and what stands before them."""

import dataclasses
from typing import Final

from aiohttp import hdrs

from tests.comparison import description as d
from tests.comparison.differences.question import (
    ANYTHING,
    REFUSED,
    Difference,
    Expected,
    Question,
    behind_middlewares,
    cut,
    in_order,
    is_cors_view,
    is_name,
    refused_method,
)

_SHOWN: Final = 100
_WRONG_NAMES: Final = REFUSED + "headers are not allowed: "


# "preflights precede middlewares"


def _is_a_preflight_behind_middlewares(question: Question) -> bool:
    return (
        question.is_preflight
        and question.is_answered_by_the_library
        and _without_middlewares(question) != question
    )


def _without_middlewares(question: Question) -> Question:
    """Those of the outermost app that CORS was set up on, and of the app mounted in it."""
    if not question.is_covered:
        return question
    apps = {step.app for step in question.program.steps if isinstance(step, d.Setup)}
    root = () if "root" in apps else question.program.root_middlewares
    program = dataclasses.replace(question.program, root_middlewares=root, sub_middlewares=())
    return dataclasses.replace(question, program=program)


BEFORE_MIDDLEWARES: Final = Difference(
    sentence="preflights precede middlewares",
    applies=_is_a_preflight_behind_middlewares,
    asked=_without_middlewares,
)


# "header lists in a request are bounded, names and methods must be tokens and no *"


def _asks_for_no_tokens(question: Question) -> bool:
    return (
        question.is_preflight
        and question.is_answered_by_the_library
        and question.is_covered
        and not _is_regular(question.request)
    )


def _is_regular(request: d.Request) -> bool:
    method = request.first("Access-Control-Request-Method") or ""
    line = ",".join(request.lines("Access-Control-Request-Headers"))
    names = [name.strip(" \t") for name in line.split(",")]
    return (
        is_name(method)
        and all(is_name(name) for name in names if name)
        and len(line) <= 8192
        and len(names) <= 256
    )


def _refused_for_its_grammar(question: Question, expected: Expected) -> Expected:
    method = question.request.first("Access-Control-Request-Method") or ""
    if not is_name(method):
        return behind_middlewares(expected, refused_method(question))
    # 0.8.1 breaks down when it has to name what is no text.
    reached_the_headers = expected.status in {200, 500} or (
        expected.body is not None and expected.body.startswith(_WRONG_NAMES)
    )
    return Expected.refusal(None) if reached_the_headers else expected


TOKENS_ONLY: Final = Difference(
    sentence="header lists in a request are bounded, names and methods must be tokens and no *",
    applies=_asks_for_no_tokens,
    expected=_refused_for_its_grammar,
)


# "a view's methods are HTTP methods only"


def _asks_a_view_for_an_attribute(question: Question) -> bool:
    return (
        question.is_preflight
        and question.is_answered_by_the_library
        and question.is_covered
        and is_cors_view(question.handler(question.concerned))
        and question.request.first("Access-Control-Request-Method") not in hdrs.METH_ALL
    )


def _refused(question: Question, expected: Expected) -> Expected:
    return behind_middlewares(expected, refused_method(question))


VIEWS_HTTP_METHODS: Final = Difference(
    sentence="a view's methods are HTTP methods only",
    applies=_asks_a_view_for_an_attribute,
    expected=_refused,
)


# "a method is judged by the route of the method in upper case": 0.8.1 looks for a route of the very
# method, and cannot be asked what the other one would say


def _asks_for_a_method_in_another_case(question: Question) -> bool:
    method = question.request.first("Access-Control-Request-Method") or ""
    return question.is_preflight and method not in hdrs.METH_ALL and method.upper() in hdrs.METH_ALL


def _left_out(_question: Question, _expected: Expected) -> Expected:
    return ANYTHING


OTHER_CASE: Final = Difference(
    sentence="a method is judged by the route of the method in upper case",
    applies=_asks_for_a_method_in_another_case,
    expected=_left_out,
)


# Not in the list, but in the rules of the protocol: "several lines (proxies split them) are fine"


def _splits_the_header_list(question: Question) -> bool:
    lines = question.request.lines("Access-Control-Request-Headers")
    # One line of more than 8190 bytes gets no further than aiohttp's parser.
    return question.is_preflight and len(lines) > 1 and len(",".join(lines)) <= 8190


def _with_the_list_in_one_line(question: Question) -> Question:
    name = "Access-Control-Request-Headers"
    request = question.request.replacing(name, ",".join(question.request.lines(name)))
    return dataclasses.replace(question, request=request)


SPLIT_LISTS: Final = Difference(
    sentence="several lines (proxies split them) are fine",
    applies=_splits_the_header_list,
    asked=_with_the_list_in_one_line,
)


# "a value that a client chose is cut in a text: any value to some 100 characters, a list to 1000"


def _sends_a_long_value(question: Question) -> bool:
    request = question.request
    lines = request.lines("Access-Control-Request-Headers")
    return question.is_preflight and (
        len(request.first("Origin") or "") > _SHOWN
        or len(question.asked_method) > _SHOWN
        or len(",".join(lines)) > _SHOWN
    )


def _with_the_value_cut(question: Question, expected: Expected) -> Expected:
    origin, body = question.request.first("Origin") or "", expected.body or ""
    if body.startswith(REFUSED + "request method "):
        return refused_method(question)
    if body == f"{REFUSED}origin '{origin}' is not allowed":
        return Expected.refusal(f"origin '{cut(origin)}' is not allowed")
    if body.startswith(_WRONG_NAMES):
        # The comparison sorts the names; what is left of them depends on their order.
        wrong = body[len(_WRONG_NAMES) :].split(", ")
        sent = question.request.first("Access-Control-Request-Headers") or ""
        names = dict.fromkeys(name.strip(" \t").upper() for name in sent.split(","))
        text = cut(", ".join(cut(name) for name in names if name in wrong), to=1000)
        return dataclasses.replace(expected, body=_WRONG_NAMES + in_order(text))
    return expected


CUT_VALUES: Final = Difference(
    sentence="a value that a client chose is cut in a text",
    applies=_sends_a_long_value,
    expected=_with_the_value_cut,
)
