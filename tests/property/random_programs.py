"""Strategies for random programs of the fluent API, and for what a browser asks of them.

What is drawn is a description (`tests.property.judged`): names and numbers only.
"""

import random
from dataclasses import replace
from itertools import combinations, product
from typing import Final

from hypothesis import strategies as st

from aiohttp_cors.browser.request import CredentialsMode
from tests.property.judged import (
    HEADERS,
    KEYS,
    METHODS,
    NAMES,
    ORIGINS,
    PARTNERS,
    PATHS,
    URLS,
    Ask,
    ClauseOf,
    Kind,
    PolicyOf,
    Program,
    Site,
)

ORDERS: Final = [tuple(random.Random(n).sample(list(KEYS), len(KEYS))) for n in range(20)]
FLAGS: Final = st.sampled_from(list(product((False, True), repeat=2)))


# Few draws and long lists: most of the time of an example goes into drawing it.
OPTIONS: Final = st.sampled_from(
    list(
        product(
            (False, True),
            ((), NAMES[:1], NAMES[:2], NAMES[2:], NAMES, "*"),
            (None, None, ("GET",), ("PUT", "POST"), METHODS[2:], "*"),
            (None, 0, 60, 86400),
        )
    )
)
KINDS: Final[st.SearchStrategy[Kind]] = st.sampled_from(
    ("keys", "keys", "where", "awaited", "live", "any")
)
MODES: Final[tuple[CredentialsMode, ...]] = ("omit", "same-origin", "include")
PLACES: Final = st.sampled_from(list(product((False, False, True), PATHS)))
SERVED: Final = st.sampled_from(
    [
        *product((False, True), (("GET",), ("GET", "PUT"), ("PATCH", "DELETE"), METHODS[:4])),
        *product((False, True), (("HEAD", "GET", "POST"), ("PUT", "OPTIONS"), METHODS)),
        (False, ("POST",)),
        (False, ("*",)),
        (False, ("*",)),
    ]
)
STATUSES: Final = st.sampled_from((200, 200, 200, 200, 204, 401, 404, 302, 307))
FETCHES: Final = st.sampled_from(
    list(
        product(
            METHODS,
            ((), (), *combinations(HEADERS, 1), *combinations(list(HEADERS)[:4], 2)),
            MODES,
            (False, False, True),
        )
    )
)
LIVE: Final = (ORIGINS[:1], ORIGINS[1:4], PARTNERS[:2], ())
MEANWHILE: Final = st.sampled_from(
    [(0, None), (0, None), (5, None), (61, None), *product((0,), LIVE)]
)


@st.composite
def policies(draw: st.DrawFn) -> PolicyOf:
    keys = list(draw(st.sampled_from(ORDERS)))
    clauses: list[ClauseOf] = []
    for kind in draw(st.lists(KINDS, min_size=1, max_size=4)):
        if kind in {"live", "any"} and any(clause.kind == kind for clause in clauses):
            continue
        credentials, names, methods, max_age = draw(OPTIONS)
        clause = ClauseOf(
            kind=kind,
            keys=tuple(keys[:2]) if kind == "keys" else (),
            credentials=credentials and kind != "any",
            names=names,
            methods=methods,
            max_age=max_age,
        )
        if kind in {"where", "awaited"}:
            clause = replace(clause, partners=PARTNERS[:1] if names else PARTNERS[1:])
        if kind == "keys":
            keys = keys[2:]
        if clause.keys or kind != "keys":
            clauses.append(clause)
    return tuple(clauses)


@st.composite
def sites(draw: st.DrawFn, policy: st.SearchStrategy[int]) -> Site:
    below, path = draw(PLACES)
    is_view, methods = draw(SERVED)
    routes = ("*",) if is_view else methods
    bound = routes[: draw(st.sampled_from((0, 0, 1, 2)))]
    return Site(
        path=path,
        below=below,
        methods=methods,
        is_view=is_view,
        status=draw(STATUSES),
        policy=draw(st.none() | policy),
        routes={method: draw(policy) for method in bound},
    )


@st.composite
def programs(draw: st.DrawFn) -> Program:
    written = draw(st.lists(policies(), min_size=1, max_size=3))
    policy = st.sampled_from(range(len(written)))
    seldom = st.sampled_from((None, None, *range(len(written))))
    served = draw(st.lists(sites(policy), min_size=1, max_size=5))
    is_own, has_middleware = draw(FLAGS)
    return Program(
        policies=tuple(written),
        sites=tuple(served),
        subapp=draw(seldom),
        inner=draw(seldom) if is_own else None,
        outer=draw(seldom),
        excluded=draw(st.sampled_from((None, None, "subapp", *range(len(served))))),
        is_own=is_own,
        has_middleware=has_middleware,
        target=draw(st.sampled_from(URLS)),
    )


@st.composite
def scripts(draw: st.DrawFn) -> list[Ask]:
    """Fetches of a few paths and origins, so that preflights are remembered and found again."""
    paths = draw(st.lists(st.sampled_from(URLS), min_size=1, max_size=2))
    origins = draw(st.lists(st.sampled_from(ORIGINS), min_size=1, max_size=2))
    script: list[Ask] = []
    for i in range(draw(st.integers(1, 12))):
        method, headers, credentials, watched = draw(FETCHES)
        seconds, live = draw(MEANWHILE)
        path, origin = paths[i % len(paths)], origins[i // 2 % len(origins)]
        script.append(Ask(path, origin, method, headers, credentials, seconds, live, watched))
    return script
